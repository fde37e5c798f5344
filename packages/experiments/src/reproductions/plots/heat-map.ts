import { DEFAULT_WIDTH, draw, extent, MARGINS, type Mark, number } from "@downhill/train/plots";
import * as Plot from "@observablehq/plot";

/** Cell of a heat map. */
export interface HeatCell {
  readonly x: number;
  readonly y: number;
  /** Value; null for a training that diverged. */
  readonly value: number | null;
}

/** Maps with the same axes and colors, one below the other. */
interface HeatData {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Name of the values, in the direction "lower is better". */
  readonly value: string;
  readonly maps: readonly { readonly name: string; readonly cells: readonly HeatCell[] }[];
  /** Number of digits after the point of the values. */
  readonly digits: number;
  readonly note?: string;
}

const ROW = 34;
/** Margins above the cells, and below them for ticks and the name of the axis. */
const [TOP, BOTTOM] = [4, 42];
/** Share of the values' range, from the lowest up, over which colors differ: bad settings are all one color. */
const COLORED = 0.5;

/** Plots maps of values over two hyperparameters, with the best cell framed. Returns the text of an SVG file. */
export function heatMap({ title, x, y, value, maps, digits, note }: HeatData): string {
  const all = maps.flatMap(({ cells }) => cells.map((cell) => cell.value ?? Number.NaN));
  const [low, high] = extent(all.filter(Number.isFinite)) ?? [0, 1];
  const limit = low + COLORED * (high - low) || low + 1;
  const shade = (cell: number | null): number =>
    cell === null ? 1 : Math.min(1, Math.max(0, (cell - low) / (limit - low)));
  return draw({
    width: DEFAULT_WIDTH,
    title,
    description: maps
      .map(({ name, cells }) => {
        const best = bestOf(cells);
        return best === null
          ? `${name}: all trainings diverged.`
          : `${name}: the lowest ${value} is ${best.value.toFixed(digits)}, at ${x} ${number(best.x, 3)} and ${y} ${number(best.y, 3)}.`;
      })
      .join(" "),
    panels: maps.map(({ name, cells }) => {
      const [columns, rows] = [distinct(cells.map((cell) => cell.x)), distinct(cells.map((cell) => cell.y)).reverse()];
      const best = bestOf(cells);
      const framed = best === null ? [] : [best];
      return {
        heading: name,
        remark: `${value}; lower is better`,
        plot: {
          ...MARGINS,
          marginLeft: 68,
          marginTop: TOP,
          marginBottom: BOTTOM,
          height: TOP + ROW * rows.length + BOTTOM,
          x: { type: "band" as const, domain: columns, padding: 0.04 },
          y: { type: "band" as const, domain: rows, padding: 0.06 },
          marks: [
            Plot.cell(cells, { x: "x", y: "y", fill: (cell: HeatCell) => color(shade(cell.value)) }),
            Plot.cell(framed, { x: "x", y: "y", fill: "none", stroke: "currentColor", strokeWidth: 2.5 }),
            Plot.text(cells, {
              x: "x",
              y: "y",
              text: (cell: HeatCell) => (cell.value === null ? "×" : cell.value.toFixed(digits)),
              fill: (cell: HeatCell) => (shade(cell.value) < 0.45 ? "#ffffff" : "#222222"),
              fontSize: 11,
            }),
            Plot.axisX({
              label: x,
              tickFormat: (tick: number) => number(tick, 3),
              labelAnchor: "center",
              labelArrow: "none",
            }),
            Plot.axisY({ label: y, tickFormat: (tick: number) => number(tick, 3), labelArrow: "none" }),
          ] as unknown as Mark[],
        },
      };
    }),
    note: `Frame: best cell. ${all.some(Number.isNaN) ? "×: diverged. " : ""}${note ?? ""}`.trim(),
  });
}

const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** Returns the cell with the lowest value; null if all trainings diverged. */
export function bestOf(cells: readonly HeatCell[]): (HeatCell & { readonly value: number }) | null {
  const known = cells.filter((cell): cell is HeatCell & { readonly value: number } => cell.value !== null);
  return known.reduce<(typeof known)[number] | null>((a, b) => (a === null || b.value < a.value ? b : a), null);
}

/** Returns a color from dark blue for 0 to pale yellow for 1, all of which differ in lightness. */
function color(share: number): string {
  const stops = [
    [13, 50, 110],
    [35, 130, 160],
    [150, 200, 150],
    [250, 240, 190],
  ] as const;
  const place = share * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [stops[i], stops[i + 1]] as unknown as [readonly number[], readonly number[]];
  const parts = a.map((from, k) => Math.round(from + (place - i) * ((b[k] as number) - from)));
  return `rgb(${parts.join(",")})`;
}
