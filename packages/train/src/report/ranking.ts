import { count, number } from "../plots/numbers.ts";
import {
  precisionRecallInWords,
  precisionRecallPlot,
  type RankingData,
  rocInWords,
  rocPlot,
} from "../plots/ranking.ts";
import { figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** Returns the ROC and the precision-recall curves; null if the evaluated images are of one class. */
export function rankingFigures(data: RankingData): Html | null {
  if (data.ranking.macro === null) return null;
  return html`${figure({
    heading: "ROC curves",
    words: rocInWords(data),
    plot: (options) => rocPlot(data, options),
    table: areaTable(data, "auc", "AUC"),
  })}
${figure({
  heading: "Precision and recall",
  words: precisionRecallInWords(data),
  plot: (options) => precisionRecallPlot(data, options),
  table: areaTable(data, "averagePrecision", "Average precision"),
})}`;
}

function areaTable({ ranking, classNames }: RankingData, key: "auc" | "averagePrecision", heading: string): Html {
  const rows = ranking[key]
    .map((value, label) => ({ value, name: classNames[label] as string }))
    .sort((a, b) => (a.value ?? 2) - (b.value ?? 2) || a.name.localeCompare(b.name));
  return table(
    rows,
    [
      { heading: "Class", cell: ({ name }) => name },
      {
        heading,
        cell: ({ value }) => (value === null ? "–" : number(value, 4)),
        numeric: true,
        sortBy: ({ value }) => value ?? -1,
      },
    ],
    { caption: `${heading} of ${count(rows.length)} classes, lowest first`, named: true, sortable: true },
  );
}
