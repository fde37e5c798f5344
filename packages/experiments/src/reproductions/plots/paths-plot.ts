import type { Path, Surface } from "@downhill/optim";
import { DEFAULT_WIDTH, draw, look, MARGINS, type Mark } from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";

/** Paths on a surface, with what they are drawn for. */
interface PathsData {
  readonly title: string;
  readonly surface: Surface;
  readonly paths: readonly { readonly name: string; readonly lr: number; readonly path: Path }[];
  /** Section of the surface to draw. */
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
}

const HEIGHT = 440;
/** Seconds of one animation. */
const SECONDS = 8;
const CONTOURS = 18;

/** Element of an SVG document, as a mark of Plot returns it. */
interface Element {
  setAttribute(name: string, value: string): void;
  append(...children: (Element | string)[]): void;
}
type Scales = Readonly<Record<"x" | "y", (value: number) => number>>;
interface Context {
  readonly document: { createElementNS(namespace: string, tag: string): Element };
}

/**
 * Plots the contours of a surface with the paths of optimizers, and dots that move along them, one step at a time. Returns
 * the text of an animated SVG file.
 */
export function pathsPlot({ title, surface, paths, domain }: PathsData): string {
  const { x, y } = domain;
  const isInside = ([px = Number.NaN, py = Number.NaN]: readonly number[]): boolean =>
    px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1];
  const visible = paths.map(({ path, ...rest }) => {
    const end = path.points.findIndex((point) => !isInside(point));
    return { ...rest, points: end < 0 ? path.points : path.points.slice(0, end) };
  });
  const longest = Math.max(...visible.map(({ points }) => points.length));
  const names = visible.map(({ name, points }) => `${name} for ${points.length - 1} steps`);
  return draw({
    width: DEFAULT_WIDTH,
    title,
    description: `Contours with the paths of ${names.join(", ")}. A dot moves along each path.`,
    legend: visible.map(({ name }, i) => ({ label: name, ...look(i), sign: "line" as const })),
    panels: [
      {
        plot: {
          ...MARGINS,
          height: HEIGHT,
          x: { domain: x },
          y: { domain: y },
          marks: [
            contours(surface, domain),
            ...visible.map(({ points }, i) =>
              Plot.line(points as [number, number][], { stroke: look(i).color, strokeWidth: 1.5, ...dash(i) }),
            ),
            ...visible.map(({ name, points }, i) => moving(name, points, look(i).color, longest)),
            Plot.axisX({ label: null, ticks: 5 }),
            Plot.axisY({ label: null, ticks: 5 }),
          ] as unknown as Mark[],
        },
      },
    ],
    note: `Learning rates: ${visible.map(({ name, lr }) => `${name} ${Number(lr.toPrecision(2))}`).join(", ")}. All dots take one step at a time.`,
  });
}

const dash = (i: number): { readonly strokeDasharray?: string } => {
  const { dash: pattern } = look(i);
  return pattern === undefined ? {} : { strokeDasharray: pattern };
};

/** Draws lines of equal loss, closer together near the lowest loss. */
function contours(surface: Surface, { x, y }: PathsData["domain"]): unknown {
  const corners = [0, 0.25, 0.5, 0.75, 1].flatMap((a) =>
    [0, 0.25, 0.5, 0.75, 1].map((b) => surface.value([x[0] + a * (x[1] - x[0]), y[0] + b * (y[1] - y[0])])),
  );
  const low = surface.minima[0]?.value ?? Math.min(...corners);
  const range = Math.max(...corners) - low;
  const thresholds = Array.from({ length: CONTOURS }, (_, i) => low + range * ((i + 1) / CONTOURS) ** 3);
  return Plot.contour({
    fill: (px: number, py: number) => surface.value([px, py]),
    stroke: "currentColor",
    strokeOpacity: 0.25,
    fillOpacity: 0,
    x1: x[0],
    x2: x[1],
    y1: y[0],
    y2: y[1],
    thresholds,
    pixelSize: 4,
  } as object);
}

/** Returns a mark that draws a named dot which moves from point to point. A path that has ended waits for the longest. */
const moving =
  (name: string, points: readonly (readonly number[])[], color: string, steps: number) =>
  (_: unknown, { x, y }: Scales, __: unknown, ___: unknown, { document }: Context): Element => {
    const create = (tag: string, attributes: Readonly<Record<string, string | number>>): Element => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
      return element;
    };
    const last = points.at(-1) as readonly number[];
    const all = Array.from({ length: steps }, (_, i) => points[i] ?? last);
    const scaled = (scale: (value: number) => number, axis: number): string[] =>
      all.map((point) => scale(point[axis] as number).toFixed(1));
    const [cx, cy] = [scaled(x, 0), scaled(y, 1)];
    const timing = { dur: `${SECONDS}s`, repeatCount: "indefinite" };
    const animated = (
      tag: string,
      [left, top]: readonly [string, string],
      more: Readonly<Record<string, string | number>>,
    ) => {
      const element = create(tag, { [left]: cx.at(-1) as string, [top]: cy.at(-1) as string, fill: color, ...more });
      for (const [attributeName, values] of [[left, cx] as const, [top, cy] as const]) {
        element.append(create("animate", { attributeName, values: values.join(";"), ...timing }));
      }
      return element;
    };
    const label = animated("text", ["x", "y"], { dx: 8, dy: -6, "font-size": 11, "text-anchor": "start", opacity: 0 });
    // Only viewers that animate show the names: at the end of the paths they overlap.
    label.append(name, create("set", { attributeName: "opacity", to: 1 }));
    const group = create("g", {});
    group.append(animated("circle", ["cx", "cy"], { r: 5 }), label);
    return group;
  };
