import { type Frame, plotInto } from "./frame.ts";
import { type LegendItem, legend } from "./legend.ts";
import { wrap } from "./text.ts";
import { FONTS, PLOT_CLASS, stylesheet } from "./theme.ts";
import { createIn, SVG, type SvgElement, svgDocument, toXml } from "./xml.ts";

/** Options of every plot. */
export interface PlotOptions {
  /** Width in pixels; default 720. Below 480 the plot uses a layout for phones. */
  readonly width?: number;
  /** Title; default the name of the plot. "" omits it, for a plot below a heading. */
  readonly title?: string;
}

/** Frame with axes. Several panels are stacked. */
export interface Panel {
  /** Text above the frame, on the left. */
  readonly heading?: string;
  /** Text above the frame, on the right. */
  readonly remark?: string;
  readonly plot: Frame;
}

export interface Drawing {
  readonly width: number;
  readonly title: string;
  /** Complete description for screen readers. */
  readonly description: string;
  readonly legend?: readonly LegendItem[];
  /** Panels of width {@link innerWidth}. */
  readonly panels: readonly Panel[];
  /** Text below the frames: formulas and omitted values. */
  readonly note?: string;
}

export const DEFAULT_WIDTH = 720;
export const isNarrow = (width: number): boolean => width < 480;

const FONT_SIZE = 12;
const NOTE_SIZE = 11;
const LINE = 15;

/** Pixels around a plot with a title, which is a file of its own. */
const PADDING = 16;

/** Returns the width in pixels that is available to panels. */
export const innerWidth = (width: number, title: string): number => width - 2 * paddingOf(title);
const paddingOf = (title: string): number => (title === "" ? 0 : PADDING);

/**
 * Combines title, legend, panels and note into one self-contained SVG file. It follows the reader's light or dark color
 * scheme and includes its description. The same drawing gives the same text.
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
    // Each panel is a group, because Plot's style would size a nested svg element by the outer one.
    const drawn = plotInto(document, { width, ...plot, style: { fontSize: `${NOTE_SIZE}px` } });
    // role="img" allows one label for the whole picture, none for its parts.
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
