import * as Plot from "@observablehq/plot";
import { type LegendItem, legend } from "./legend.ts";
import { wrap } from "./text.ts";
import { FONTS, PLOT_CLASS, stylesheet } from "./theme.ts";
import { createIn, SVG, type SvgElement, svgDocument, toXml } from "./xml.ts";

/** What every plot takes. */
export interface PlotOptions {
  /** Pixels; default 720. Below 480 a plot has what a telephone has room for. */
  readonly width?: number;
  /** Default what it shows; "" for none, where a heading stands above it. */
  readonly title?: string;
}

/** One frame with its axes; several stand one below the other. */
export interface Panel {
  /** Above the frame, on the left. */
  readonly heading?: string;
  /** Above the frame, on the right. */
  readonly remark?: string;
  readonly plot: Plot.PlotOptions & { readonly height: number };
}

export interface Drawing {
  readonly width: number;
  readonly title: string;
  /** All of what it says, for those who do not see it. */
  readonly description: string;
  readonly legend?: readonly LegendItem[];
  /** Drawn as wide as {@link innerWidth}. */
  readonly panels: readonly Panel[];
  /** Below the frames: formulas, and what is not shown. */
  readonly note?: string;
}

export const DEFAULT_WIDTH = 720;
export const isNarrow = (width: number): boolean => width < 480;

const FONT_SIZE = 12;
const NOTE_SIZE = 11;
const LINE = 15;

/** Around a plot that is a file of its own. */
const PADDING = 16;

/** What a plot's edges leave for its panels. */
export const innerWidth = (width: number, title: string): number => width - 2 * paddingOf(title);
const paddingOf = (title: string): number => (title === "" ? 0 : PADDING);

/**
 * Title, legend, frames and note as one SVG, whole on its own: it follows the reader's light or dark scheme, and has
 * in words what it shows. The same drawing gives the same text.
 */
export function draw({ width: whole, title, description, legend: items = [], panels, note }: Drawing): string {
  const document = svgDocument();
  const create = createIn(document);
  const padding = paddingOf(title);
  const width = innerWidth(whole, title);
  const parts: SvgElement[] = [];
  const text = (content: string, x: number, y: number, more: Readonly<Record<string, string | number>> = {}): void => {
    parts.push(create("text", { x, y, fill: "currentColor", ...more }, content));
  };
  let y = 0;
  if (title !== "") {
    text(title, 0, 15, { "font-size": 15, "font-weight": 600 });
    y += 24;
  }
  if (items.length > 0) {
    const { element, height } = legend(create, items, width, FONT_SIZE);
    parts.push(create("g", { transform: `translate(0,${y})` }, element));
    y += height;
  }
  for (const { heading, remark, plot } of panels) {
    if (heading !== undefined || remark !== undefined) {
      y += 4;
      if (heading !== undefined) text(heading, 0, y + 12, { "font-weight": 600 });
      if (remark !== undefined) text(remark, width, y + 12, { "text-anchor": "end", "fill-opacity": 0.75 });
      y += 18;
    }
    // Each in a group, and not in an element of its own: Plot's style would size that by the outer one.
    const drawn = Plot.plot({
      document,
      width,
      ...plot,
      style: { fontSize: `${NOTE_SIZE}px` },
    }) as unknown as SvgElement;
    // Of a picture only the whole has a name: those of its parts, such as "line", are not allowed there.
    for (const part of drawn.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
    const inner = [...drawn.children].filter(({ tagName }) => tagName.toLowerCase() !== "style");
    const inherited = {
      transform: `translate(0,${y})`,
      "font-size": NOTE_SIZE,
      "text-anchor": "middle",
      fill: "currentColor",
    };
    parts.push(create("g", inherited, ...inner));
    y += plot.height;
  }
  if (note) {
    y += 6;
    for (const line of wrap(note, width, NOTE_SIZE)) {
      text(line, 0, y + NOTE_SIZE, { "font-size": NOTE_SIZE, "fill-opacity": 0.75 });
      y += LINE;
    }
  }
  const height = Math.ceil(y);
  const file = create(
    "svg",
    {
      xmlns: SVG,
      class: PLOT_CLASS,
      role: "img",
      "aria-label": title === "" ? description : `${title}. ${description}`,
      width: whole,
      height: height + 2 * padding,
      viewBox: `${-padding} ${-padding} ${whole} ${height + 2 * padding}`,
      "font-family": FONTS,
      "font-size": FONT_SIZE,
    },
    create("style", {}, stylesheet()),
    ...parts,
  );
  return toXml(file);
}
