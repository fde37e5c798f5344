import * as Plot from "@observablehq/plot";
import { COLOR, draw } from "./drawing.mjs";

const LEVELS = 10;

/** The paths of an optimizer and of gradient descent over the level lines of a surface. */
export function pathFigure(name, title, { points }, reference, surface) {
  const [[left, right], [bottom, top]] = surface.domain;
  const levels = levelsOf(surface);
  const at = { x: ([x]) => x, y: ([, y]) => y };
  const path = (from, stroke, strokeWidth) => Plot.line(from, { ...at, stroke, strokeWidth, clip: true });
  const end = points.at(-1);
  return draw(
    `${name}-${surface.name}`,
    `The path of ${title} on ${surface.title}, and of gradient descent for comparison`,
    {
      margin: 4,
      marginBottom: 20,
      marginLeft: 30,
      x: { domain: [left, right], label: null, ticks: 5, tickSize: 0 },
      y: { domain: [bottom, top], label: null, ticks: 5, tickSize: 0 },
      marks: [
        Plot.contour({
          x1: left,
          x2: right,
          y1: bottom,
          y2: top,
          interval: 1,
          thresholds: levels,
          value: (x, y) => Math.log10(1e-3 + surface.value([x, y])),
          pixelSize: 4,
          stroke: COLOR.line,
          strokeWidth: 0.8,
        }),
        path(reference.points, COLOR.muted, 1.5),
        path(points, COLOR.main, 2),
        Plot.dot([surface.start], { ...at, r: 3.5, fill: COLOR.main, clip: true }),
        Plot.dot([end], { ...at, r: 3.5, stroke: COLOR.main, strokeWidth: 2, fill: "var(--vp-c-bg)", clip: true }),
        Plot.text(surface.minima, {
          x: ({ at }) => at[0],
          y: ({ at }) => at[1],
          text: () => "×",
          fontSize: 18,
          clip: true,
        }),
      ],
    },
  );
}

/** Levels at equal distances in the logarithm of the loss. */
function levelsOf({ value, domain, minima }) {
  const corners = domain[0].flatMap((x) => domain[1].map((y) => value([x, y])));
  const lowest = minima[0]?.value ?? 0;
  const [low, high] = [-1, Math.log10(Math.max(...corners) - lowest)];
  return Array.from({ length: LEVELS }, (_, i) => low + ((high - low) * i) / LEVELS);
}
