import { count } from "@downhill/train/plots";
import { figure, type Html, html, table } from "@downhill/train/report";
import { duration } from "@downhill/train/text";
import type { Comparison } from "../comparison/comparison.ts";
import { trainedOf } from "../comparison/entrant-trials.ts";
import { numbered } from "./numbered.ts";
import { comparedCurvesPlot } from "./plots/curves.ts";
import { type CurveScore, entrantCurves } from "./plots/mean-curve.ts";
import { scoreText } from "./words.ts";

/** Returns the section with the curves of the compared trainings; null before the first one has ended. */
export function curvesSection(comparison: Comparison): Html | null {
  if (!comparison.entrants.some((entrant) => trainedOf(entrant).length > 0)) return null;
  return html`<section id="curves"><h2>Curves of the compared trainings</h2>
<div class="grid">${curvesFigure(comparison, "accuracy")}${curvesFigure(comparison, "loss")}</div></section>`;
}

const curvesFigure = (comparison: Comparison, score: CurveScore): Html =>
  figure({
    heading: score === "accuracy" ? "Accuracy" : "Loss",
    words: bestAtEnd(comparison, score),
    plot: (options) => comparedCurvesPlot(comparison, { ...options, score, over: ["updates"] }),
    variant: {
      name: `${score}-progress`,
      label: "updates",
      variantLabel: "time",
      plot: (options) => comparedCurvesPlot(comparison, { ...options, score, over: ["seconds"] }),
    },
    table: curvesTable(comparison, score),
  });

/** Names the entrant with the best last evaluation. */
function bestAtEnd({ entrants }: Comparison, score: CurveScore): string {
  const ends = entrants.flatMap((entrant) => {
    const end = entrantCurves(entrant, "updates", score).mean.at(-1);
    return end && Number.isFinite(end.y) ? [{ name: entrant.name, ...end }] : [];
  });
  const [best] = ends.sort((a, b) => (score === "accuracy" ? b.y - a.y : a.y - b.y));
  if (!best) return "No finite value yet.";
  return `${best.name} has the ${score === "accuracy" ? "highest accuracy" : "lowest loss"} on validation images after the last epoch: ${scoreText(score, best.y)} after ${count(best.x)} updates.`;
}

/** Returns the mean curves as a table with a row for each epoch. */
function curvesTable({ entrants }: Comparison, score: CurveScore): Html {
  const rows = entrants.flatMap((entrant, place) => {
    const seconds = entrantCurves(entrant, "seconds", score).mean;
    return entrantCurves(entrant, "updates", score).mean.map(({ x, y }, epoch) => ({
      name: numbered(place + 1, entrant.name),
      epoch: epoch + 1,
      updates: x,
      seconds: seconds[epoch]?.x ?? Number.NaN,
      score: y,
    }));
  });
  return table(
    rows,
    [
      { heading: "Entrant", cell: ({ name }) => name },
      { heading: "Evaluation", cell: ({ epoch }) => count(epoch), numeric: true },
      { heading: "Updates", cell: ({ updates }) => count(updates), numeric: true },
      { heading: "Time", cell: ({ seconds }) => duration(seconds), numeric: true },
      {
        heading: score === "accuracy" ? "Accuracy" : "Loss",
        cell: (row) => (Number.isFinite(row.score) ? scoreText(score, row.score) : "–"),
        numeric: true,
      },
    ],
    { caption: `Mean ${score} over the seeds, on validation images`, named: true },
  );
}
