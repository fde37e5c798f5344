import { widthOf } from "./text.ts";
import type { Create, SvgElement } from "./xml.ts";

/** What a sign of a plot stands for. */
export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  /** As the plot draws it. */
  readonly sign: "line" | "faint" | "dashed" | "dashed with dots" | "dot" | "dots" | "area" | "rule";
  /** Of a line: lengths of dashes and gaps; default a whole line. */
  readonly dash?: string | undefined;
}

const SIGN_WIDTH = 26;
const GAP = 18;
const ROW = 20;

/** Signs with their labels, in as many rows as the width asks for. */
export function legend(
  create: Create,
  items: readonly LegendItem[],
  width: number,
  fontSize: number,
): { readonly element: SvgElement; readonly height: number } {
  const element = create("g", {});
  let [x, y] = [0, 0];
  for (const { label, colour, sign, dash } of items) {
    const wide = SIGN_WIDTH + 6 + widthOf(label, fontSize);
    if (x > 0 && x + wide > width) [x, y] = [0, y + ROW];
    const middle = y + ROW / 2;
    element.append(
      create("g", { transform: `translate(${Math.round(x)},${middle})` }, ...drawSign(create, sign, colour, dash)),
      create("text", { x: Math.round(x) + SIGN_WIDTH + 6, y: middle + 4, fill: "currentColor" }, label),
    );
    x += wide + GAP;
  }
  return { element, height: y + ROW + 6 };
}

function drawSign(create: Create, sign: LegendItem["sign"], colour: string, dash?: string): SvgElement[] {
  const line = (more: Readonly<Record<string, string | number>>): SvgElement =>
    create("line", { x1: 0, x2: SIGN_WIDTH, stroke: colour, "stroke-width": 2, ...more });
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
        create("circle", { cx: SIGN_WIDTH / 2, r: 3.5, fill: colour }),
      ];
    case "dot":
      return [create("circle", { cx: SIGN_WIDTH / 2, r: 4, fill: colour })];
    case "dots":
      return [0.2, 0.5, 0.8].map((share, i) =>
        create("circle", { cx: share * SIGN_WIDTH, cy: 2 - 4 * (i % 2), r: 1.5, fill: colour, "fill-opacity": 0.5 }),
      );
    case "area":
      return [create("rect", { x: 4, y: -6, width: SIGN_WIDTH - 8, height: 12, fill: colour, "fill-opacity": 0.55 })];
    case "rule":
      return [
        create("line", { x1: SIGN_WIDTH / 2, x2: SIGN_WIDTH / 2, y1: -7, y2: 7, stroke: colour, "stroke-width": 1.5 }),
      ];
  }
}
