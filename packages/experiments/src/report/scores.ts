import { figure, type Html, html, table } from "@downhill/train/report";
import type { Comparison } from "../comparison/comparison.ts";
import { differencesCard } from "./differences.ts";
import { numbered } from "./numbered.ts";
import { rankingPlot } from "./plots/ranking.ts";
import { scoreText } from "./words.ts";

/** Returns the section with the scores as a picture and the differences between entrants. */
export const scoresSection = (comparison: Comparison): Html =>
  html`<section id="differences"><h2>Scores and differences</h2><div class="grid">
${figure({
  heading: "Scores and intervals",
  words:
    comparison.facts.seeds.length > 1
      ? "Entrants with overlapping intervals may still differ, since the differences are tested seed by seed."
      : "Result of the one seed.",
  plot: (options) => rankingPlot(comparison, options),
  table: seedTable(comparison),
})}
${differencesCard(comparison)}
</div></section>`;

/** Returns the accuracy and the loss of each compared training. */
function seedTable({ facts, entrants }: Comparison): Html {
  const trainings = entrants.flatMap(({ name, seeds }, place) =>
    seeds.flatMap((outcome, i) =>
      outcome === null ? [] : [{ name: numbered(place + 1, name), seed: facts.seeds[i] ?? 0, outcome }],
    ),
  );
  return table(
    trainings,
    [
      { heading: "Entrant", cell: ({ name }) => name },
      { heading: "Seed", cell: ({ seed }) => String(seed), numeric: true },
      {
        heading: "Accuracy",
        cell: ({ outcome }) => (outcome.kind === "trained" ? scoreText("accuracy", outcome.accuracy) : "–"),
        numeric: true,
      },
      {
        heading: "Loss",
        cell: ({ outcome }) => (outcome.kind === "trained" ? scoreText("loss", outcome.loss) : outcome.kind),
        numeric: true,
      },
    ],
    { caption: `Each compared training, on ${facts.data.part} images`, named: true },
  );
}
