import { DEFAULT_WIDTH, draw, extent, look, MARGINS, type Mark } from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";

/** Curves over steps. */
interface LinesData {
  readonly title: string;
  /** Names of the axes. */
  readonly x: string;
  readonly y: string;
  readonly curves: readonly { readonly name: string; readonly points: readonly number[] }[];
}

/** Maximum number of drawn points of a curve. */
const MOST = 500;

/** Plots curves over steps. Returns the text of an SVG file. */
export function linesPlot({ title, x, y, curves }: LinesData): string {
  const drawn = curves.map(({ points }) => {
    const every = Math.ceil(points.length / MOST);
    return points.map((value, step) => [step, value] as [number, number]).filter(([step]) => step % every === 0);
  });
  const [low, high] = extent(drawn.flat().map(([, value]) => value)) ?? [0, 1];
  const room = 0.05 * (high - low) || 1;
  return draw({
    width: DEFAULT_WIDTH,
    title,
    description: curves.map(({ name, points }) => `${name} ends at ${points.at(-1)?.toPrecision(3)}.`).join(" "),
    legend: curves.map(({ name }, i) => ({ label: name, ...look(i), sign: "line" as const })),
    panels: [
      {
        heading: y,
        plot: {
          ...MARGINS,
          height: 280,
          x: { domain: [0, Math.max(...curves.map(({ points }) => points.length - 1))] },
          y: { domain: [low - room, high + room] },
          marks: [
            Plot.gridY({ stroke: "currentColor", strokeOpacity: 0.12 }),
            Plot.axisX({ label: x, ticks: 6 }),
            Plot.axisY({ label: null, ticks: 5 }),
            ...drawn.map((points, i) => Plot.line(points, { stroke: look(i).color, strokeWidth: 1.5 })),
          ] as unknown as Mark[],
        },
      },
    ],
  });
}
