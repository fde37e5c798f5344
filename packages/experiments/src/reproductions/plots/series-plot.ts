import { defined } from "@downhill/optim/defined";
import {
  count,
  DEFAULT_WIDTH,
  draw,
  extent,
  innerWidth,
  look,
  MARGINS,
  number,
  percent,
  valueAxis,
} from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";
import { meanCurve } from "../../report/plots/mean-curve.ts";

/** Point of a curve; a value that is not finite is a gap. */
export type Point = readonly [x: number, y: number];

/** Curves of the trainings with one setting. */
interface Series {
  readonly name: string;
  /** One curve for each seed. */
  readonly curves: readonly (readonly Point[])[];
}

interface SeriesData {
  readonly title: string;
  /** Names of the axes. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** Default linear. */
  readonly scale?: { readonly x?: "log"; readonly y?: "log" };
  /** True for values from 0 to 1 that are shown in percent; default false. */
  readonly isShare?: boolean;
  /** Range of the y axis; default that of all values. */
  readonly domain?: Point;
  /** True to mark each point by a dot; default false. */
  readonly hasDots?: boolean;
  readonly note?: string;
}

const HEIGHT = 290;

/**
 * Plots curves over steps, epochs or rates: the mean over the seeds of each setting, with the single seeds behind it.
 * Returns the text of an SVG file.
 */
export function seriesPlot(data: SeriesData): string {
  const { title, x, y, series, scale = {}, isShare = false, hasDots = false, note } = data;
  const means = series.map(meanOfSeeds);
  const points = series.flatMap(({ curves }) => curves.flat()).filter((point) => point.every(Number.isFinite));
  const visible = scale.x === "log" ? points.filter(([at]) => at > 0) : points;
  const [low, high] = data.domain ?? extent(points.map(([, value]) => value)) ?? [0, 1];
  const isLogY = scale.y === "log" && low > 0;
  const room = data.domain ? 0 : 0.05 * (high - low) || 0.05;
  const domain: Point = isLogY ? [low / 1.1, high * 1.1] : [low - room, high + room];
  const format = isShare ? (value: number) => `${number(100 * value, 4)} %` : undefined;
  const shown = (value: number): string => (isShare ? percent(value) : number(value, 3));
  return draw({
    width: DEFAULT_WIDTH,
    title,
    description: series
      .flatMap(({ name }, i) => {
        const end = means[i]?.filter(([, value]) => Number.isFinite(value)).at(-1);
        return end ? [`${name} ends at ${shown(end[1])}.`] : [];
      })
      .join(" "),
    legend: series.map(({ name }, i) => ({ label: name, ...look(i), sign: "line" as const })),
    panels: [
      {
        heading: y,
        plot: {
          ...MARGINS,
          marginBottom: 34,
          height: HEIGHT,
          x: { type: scale.x ?? "linear", domain: (extent(visible.map(([at]) => at)) ?? [0, 1]) as [number, number] },
          y: { type: isLogY ? "log" : "linear", domain, clamp: true },
          marks: [
            ...valueAxis({ domain, log: isLogY, ...defined({ format }) }, HEIGHT),
            Plot.axisX({
              label: x,
              labelAnchor: "center",
              labelArrow: "none",
              ticks: innerWidth(DEFAULT_WIDTH, title) / 110,
              tickFormat: (at: number) => (Number.isInteger(at) ? count(at) : number(at, 3)),
            }),
            ...series.flatMap(({ curves }, i) => {
              const { color, dash } = look(i);
              const mean = means[i] as Point[];
              return [
                ...(curves.length > 1
                  ? curves.map((curve) =>
                      Plot.line(curve as [number, number][], { stroke: color, strokeWidth: 0.8, strokeOpacity: 0.3 }),
                    )
                  : []),
                Plot.line(mean as [number, number][], {
                  stroke: color,
                  strokeWidth: 1.8,
                  ...defined({ strokeDasharray: dash }),
                }),
                hasDots
                  ? Plot.dot(mean.filter(([, value]) => Number.isFinite(value)) as [number, number][], {
                      r: 3,
                      fill: color,
                    })
                  : null,
              ];
            }),
          ],
        },
      },
    ],
    note: `${series.some(({ curves }) => curves.length > 1) ? "Bold: mean over the seeds. Faint: single seeds. " : ""}${note ?? ""}`.trim(),
  });
}

const meanOfSeeds = ({ curves }: Series): Point[] =>
  meanCurve(curves.map((curve) => curve.map(([x, y]) => ({ x, y })))).map(({ x, y }) => [x, y]);
