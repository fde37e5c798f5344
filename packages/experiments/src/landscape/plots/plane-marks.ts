import type { Look } from "@downhill/train/plots";
import type { PathPoint } from "../landscape.ts";

/** Element of an SVG document, as a mark of Plot returns it. */
interface Element {
  setAttribute(name: string, value: string): void;
  append(...children: Element[]): void;
}
type Scales = Readonly<Record<"x" | "y", (value: number) => number>>;
interface Dimensions {
  readonly width: number;
  readonly height: number;
  readonly marginTop: number;
  readonly marginRight: number;
  readonly marginBottom: number;
  readonly marginLeft: number;
}
interface Context {
  readonly document: { createElementNS(namespace: string, tag: string): Element };
}
type DrawMark = (index: unknown, scales: Scales, values: unknown, dimensions: Dimensions, context: Context) => Element;

const creator =
  ({ document }: Context) =>
  (tag: string, attributes: Readonly<Record<string, string | number>>, ...children: Element[]): Element => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };

/** Maximum number of points of a path that are drawn as dots. */
const MOST_DOTS = 60;

/** Returns a mark that draws the path of a run in a group with the attribute `data-run`, which a page can hide. */
export const pathMark =
  (run: number, points: readonly PathPoint[], { color, dash }: Look): DrawMark =>
  (_, { x, y }, __, ___, context) => {
    const create = creator(context);
    const places = points.map((point) => [x(point.x).toFixed(1), y(point.y).toFixed(1)] as const);
    const [first, last] = [places[0], places.at(-1)];
    const group = create("g", { "data-run": run });
    const dashed = dash === undefined ? {} : { "stroke-dasharray": dash };
    if (places.length > 1) {
      group.append(
        create("polyline", {
          points: places.map((place) => place.join(",")).join(" "),
          fill: "none",
          stroke: color,
          "stroke-width": 2,
          "stroke-linejoin": "round",
          ...dashed,
        }),
      );
      for (const [cx, cy] of places.length <= MOST_DOTS ? places.slice(1, -1) : []) {
        group.append(create("circle", { cx, cy, r: 2.5, fill: color }));
      }
    }
    if (first && places.length > 1) {
      group.append(
        create("circle", { cx: first[0], cy: first[1], r: 5, fill: "none", stroke: color, "stroke-width": 2 }),
      );
    }
    if (last) group.append(create("circle", { cx: last[0], cy: last[1], r: 5.5, fill: color }));
    return group;
  };

/** Returns a mark that a page's script needs to read values: the area of the frame, and a hidden cursor. */
export const readingMark =
  (): DrawMark =>
  (_, __, ___, { width, height, marginTop, marginRight, marginBottom, marginLeft }, context) => {
    const create = creator(context);
    return create(
      "g",
      {},
      create(
        "g",
        { class: "cursor", visibility: "hidden", stroke: "currentColor", fill: "none" },
        create("circle", { r: 7 }),
        create("path", { d: "M-12,0H-4M4,0H12M0,-12V-4M0,4V12" }),
      ),
      create("rect", {
        class: "area",
        x: marginLeft,
        y: marginTop,
        width: width - marginLeft - marginRight,
        height: height - marginTop - marginBottom,
        fill: "none",
        "pointer-events": "all",
      }),
    );
  };
