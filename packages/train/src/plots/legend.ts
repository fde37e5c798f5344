import { widthOf } from "./text.ts";
import type { Create, SvgElement } from "./xml.ts";

/** Entry of a legend. */
export interface LegendItem {
  readonly label: string;
  readonly color: string;
  /** Kind of mark in the plot. */
  readonly sign: "line" | "faint" | "dashed" | "dashed with dots" | "dot" | "dots" | "area" | "rule";
  /** Dash pattern of a line; default solid. */
  readonly dash?: string | undefined;
}

const SIGN_WIDTH = 26;
const GAP = 18;
const ROW = 20;

/** Returns marks with labels, wrapped to the width. */
export function legend(
  create: Create,
  items: readonly LegendItem[],
  width: number,
  fontSize: number,
): { readonly element: SvgElement; readonly height: number } {
  const element = create("g", {});
  let [x, y] = [0, 0];
  for (const { label, color, sign, dash } of items) {
    const wide = SIGN_WIDTH + 6 + widthOf(label, fontSize);
    if (x > 0 && x + wide > width) [x, y] = [0, y + ROW];
    const middle = y + ROW / 2;
    element.append(
      create("g", { transform: `translate(${Math.round(x)},${middle})` }, ...drawSign(create, sign, color, dash)),
      create("text", { x: Math.round(x) + SIGN_WIDTH + 6, y: middle + 4, fill: "currentColor" }, label),
    );
    x += wide + GAP;
  }
  return { element, height: y + ROW + 6 };
}

function drawSign(create: Create, sign: LegendItem["sign"], color: string, dash?: string): SvgElement[] {
  const line = (more: Readonly<Record<string, string | number>>): SvgElement =>
    create("line", { x1: 0, x2: SIGN_WIDTH, stroke: color, "stroke-width": 2, ...more });
  switch (sign) {
    case "line":
      return [line(dash === undefined ? {} : { "stroke-dasharray": dash })];
    case "faint":
      return [line({ "stroke-opacity": 0.35, "stroke-width": 1.25 })];
    case "dashed":
      return [line({ "stroke-dasharray": "5 3", "stroke-width": 1.5 })];
    case "dashed with dots":
      return [
        line({ "stroke-dasharray": "5 3", "stroke-width": 1.5 }),
        create("circle", { cx: SIGN_WIDTH / 2, r: 3.5, fill: color }),
      ];
    case "dot":
      return [create("circle", { cx: SIGN_WIDTH / 2, r: 4, fill: color })];
    case "dots":
      return [0.2, 0.5, 0.8].map((share, i) =>
        create("circle", { cx: share * SIGN_WIDTH, cy: 2 - 4 * (i % 2), r: 1.5, fill: color, "fill-opacity": 0.5 }),
      );
    case "area":
      return [create("rect", { x: 4, y: -6, width: SIGN_WIDTH - 8, height: 12, fill: color, "fill-opacity": 0.55 })];
    case "rule":
      return [
        create("line", { x1: SIGN_WIDTH / 2, x2: SIGN_WIDTH / 2, y1: -7, y2: 7, stroke: color, "stroke-width": 1.5 }),
      ];
  }
}
