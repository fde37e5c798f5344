import { CanvasPen } from "../plot/canvas-pen.ts";
import type { Pen } from "../plot/pen.ts";
import { SvgPen } from "../plot/svg-pen.ts";

/** Picture that can be saved. */
export interface Picture {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  draw(pen: Pen): void;
}

/** Pixels of a PNG file per pixel of the screen. */
const DENSITY = 2;

/** Saves a text or a picture as a file of the browser. */
export function save(name: string, contents: Blob | string, type = "text/plain"): void {
  const blob = typeof contents === "string" ? new Blob([contents], { type }) : contents;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Returns the text of an SVG file. */
export function svgOf({ title, width, height, draw }: Picture): string {
  const pen = new SvgPen(width, height);
  draw(pen);
  return pen.toString(title);
}

/** Returns a PNG file. */
export async function pngOf({ width, height, draw }: Picture): Promise<Blob> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [DENSITY * width, DENSITY * height];
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.scale(DENSITY, DENSITY);
  draw(new CanvasPen(context));
  return await new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The browser cannot write PNG files."))),
      "image/png",
    );
  });
}

/** Returns rows as CSV. */
export const csvOf = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.map(cell).join(",")}\n`).join("");

const cell = (value: string | number): string => {
  const text = typeof value === "number" && Number.isNaN(value) ? "" : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Returns a name of a file: letters, digits and dashes. */
export const fileName = (...parts: readonly string[]): string =>
  parts
    .join("-")
    .replaceAll(/[^\w.]+/g, "-")
    .replaceAll(/^-+|-+$/g, "") || "plot";
