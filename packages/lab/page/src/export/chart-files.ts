import { type ChartData, frameOf } from "../plot/chart.ts";
import type { Colors } from "../plot/colors.ts";
import { drawChart } from "../plot/draw-chart.ts";
import type { Pen } from "../plot/pen.ts";
import { csvOf, type Picture } from "./files.ts";

const WIDTH = 800;
const HEIGHT = 420;
const TOP = 44;
const LEGEND_LINE = 18;

/** Returns a chart as a picture with its title, axes and legend. */
export function chartPicture(data: ChartData, colors: Colors): Picture {
  const lines = data.series.length;
  const height = HEIGHT + LEGEND_LINE * lines;
  return {
    title: `${data.title} by ${data.xLabel}: ${data.series.map(({ label }) => label).join(", ")}`,
    width: WIDTH,
    height,
    draw(pen: Pen) {
      pen.rectangle(0, 0, WIDTH, height, colors.background);
      drawChart(pen, { data, frame: frameOf(data, WIDTH, HEIGHT, TOP), colors, cursor: null });
      pen.text(16, 22, data.title, { color: colors.ink, size: 15, weight: 600 });
      data.series.forEach(({ label, color, dash }, i) => {
        const y = HEIGHT + LEGEND_LINE * i + 2;
        pen.segment(58, y, 82, y, { color, width: 2, dash });
        const note = data.markName === "" ? label : `${label} (dots: ${data.markName})`;
        pen.text(90, y, note, { color: colors.ink, size: 12 });
      });
    },
  };
}

/** Returns the visible values of a chart as rows with a heading. */
export function chartRows({ series, xLabel, range: [from, to], markName }: ChartData): (string | number)[][] {
  const rows: (string | number)[][] = [
    ["run", xLabel, "mean", "minimum", "maximum", "smoothed", markName || "evaluation"],
  ];
  for (const { label, x, mean, min, max, smooth, marks } of series) {
    for (let i = 0; i < x.length; i++) {
      const place = x[i] as number;
      if (place < from || place > to) continue;
      rows.push([label, place, ...[mean, min, max, smooth].map((values) => values[i] as number), ""]);
    }
    for (const mark of marks) {
      if (mark.x >= from && mark.x <= to) rows.push([label, mark.x, "", "", "", "", mark.y]);
    }
  }
  return rows;
}

export const chartCsv = (data: ChartData): string => csvOf(chartRows(data));

/** Returns the visible values of a chart as JSON. Values that are not finite are null. */
export function chartJson(data: ChartData): string {
  const { title, xLabel, series, range } = data;
  const curves = series.map(({ label, x, mean, min, max, smooth, marks }) => ({
    run: label,
    x: [...x],
    mean: [...mean],
    minimum: [...min],
    maximum: [...max],
    smoothed: [...smooth],
    evaluations: marks,
  }));
  return `${JSON.stringify({ metric: title, unit: xLabel, range, curves }, null, 1)}\n`;
}
