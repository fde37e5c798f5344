import { DEFAULT_WIDTH, draw, look, MARGINS, type Mark, percent } from "@downhill/train/plots";
import { average } from "@downhill/train/statistics";
import * as Plot from "@observablehq/plot";
import type { Field } from "./claims.ts";

const ROW = 15;

/** Plots the accuracies of all optimizers with documented and tuned rates, the best tuned first. Returns the text of an SVG file. */
export function rankingPlot({ data, entries }: Field): string {
  const rows = entries
    .map(({ optimizer, defaults, tuned }) => ({ optimizer, untuned: average(defaults), tuned: average(tuned) }))
    .sort((a, b) => b.tuned - a.tuned);
  const [untuned, tuned] = [look(1), look(0)];
  return draw({
    width: DEFAULT_WIDTH,
    title: `Optimizers on ${data}: documented and tuned learning rates`,
    description: rows
      .map((row) => `${row.optimizer}: documented ${percent(row.untuned)}, tuned ${percent(row.tuned)}.`)
      .join(" "),
    legend: [
      { label: "documented rate", ...untuned, sign: "dot" },
      { label: "tuned rate", ...tuned, sign: "dot" },
    ],
    panels: [
      {
        heading: "Test accuracy, mean over seeds",
        plot: {
          ...MARGINS,
          marginLeft: 130,
          marginTop: 4,
          height: ROW * rows.length + 4 + MARGINS.marginBottom,
          x: { type: "linear", domain: [0, Math.max(...rows.flatMap((row) => [row.untuned, row.tuned])) * 1.05 || 1] },
          y: { type: "band", domain: rows.map(({ optimizer }) => optimizer) },
          marks: [
            Plot.gridX({ stroke: "currentColor", strokeOpacity: 0.12 }),
            Plot.link(rows, {
              x1: "untuned",
              x2: "tuned",
              y1: "optimizer",
              y2: "optimizer",
              stroke: "currentColor",
              strokeOpacity: 0.3,
            }),
            Plot.dot(rows, { x: "untuned", y: "optimizer", fill: untuned.color, r: 3.5 }),
            Plot.dot(rows, { x: "tuned", y: "optimizer", fill: tuned.color, r: 3.5 }),
            Plot.axisX({ label: null, ticks: 6, tickFormat: (share: number) => `${Math.round(100 * share)} %` }),
            Plot.axisY({ label: null, tickSize: 0 }),
          ] as unknown as Mark[],
        },
      },
    ],
  });
}
