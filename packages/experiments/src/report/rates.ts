import { figure, type Html, html, table } from "@downhill/train/report";
import { duration } from "@downhill/train/text";
import type { Comparison } from "../comparison/comparison.ts";
import { numbered } from "./numbered.ts";
import { ratesPlot } from "./plots/rates.ts";
import { decadesText, goodDecades, rateText, scoreText } from "./words.ts";

/** Returns the section on the search for the learning rates; null before its first training has ended. */
export function ratesSection(comparison: Comparison): Html | null {
  if (!comparison.entrants.some(({ tuning }) => tuning.tried.length > 0)) return null;
  return html`<section id="rates"><h2>Sensitivity to the learning rate</h2><div class="grid">
${figure({
  heading: "Loss by learning rate",
  words: mostForgiving(comparison),
  plot: (options) => ratesPlot(comparison, options),
  table: ratesTable(comparison),
})}
<div class="card"><h3>Chosen rates</h3>
<p class="how">The chosen rate is the minimum of the parabola through the best tried rate and its neighbors. Good rates have a loss at most 10 % above the best one; “≥” marks a range that may extend beyond the tried rates.</p>
${chosenTable(comparison)}</div>
</div></section>`;
}

/** Names the entrants with the widest and the narrowest range of good rates. */
function mostForgiving({ entrants }: Comparison): string {
  const known = entrants.flatMap(({ name, good }) => (good ? [{ name, decades: good.decades }] : []));
  const sorted = known.sort((a, b) => b.decades - a.decades);
  const [widest, narrowest] = [sorted[0], sorted.at(-1)];
  if (!widest || !narrowest || sorted.length < 2)
    return "The range of good rates shows how exactly a rate must be found.";
  const [most, least] = [widest, narrowest].map(({ decades }) => decadesText(decades));
  if (most === least) return `The ranges of good rates are equally wide: ${most} decades.`;
  return `${widest.name} has the widest range of good rates (${most} decades), ${narrowest.name} the narrowest (${least}).`;
}

const chosenTable = ({ entrants }: Comparison): Html =>
  table(
    entrants.map((entrant, place) => ({ ...entrant, name: numbered(place + 1, entrant.name) })),
    [
      { heading: "Entrant", cell: ({ name }) => name },
      {
        heading: "Range test",
        cell: ({ tuning: { rangeTest } }) =>
          rangeTest?.kind === "range-test"
            ? `${rateText(rangeTest.lr)}${rangeTest.refusal === null ? "" : " (default)"}`
            : "–",
        numeric: true,
      },
      { heading: "Chosen", cell: ({ lr }) => (lr === null ? "–" : html`<b>${rateText(lr)}</b>`), numeric: true },
      {
        heading: "Good rates",
        cell: ({ good }) => (good === null ? "–" : `${rateText(good.low)} to ${rateText(good.high)}`),
        numeric: true,
      },
      { heading: "Decades", cell: ({ good }) => goodDecades(good), numeric: true },
    ],
    { caption: "Learning rates: suggestion of the range test, chosen rate and range of good rates", named: true },
  );

/** Returns the trainings of the search, in ascending order of their rates. */
function ratesTable({ entrants }: Comparison): Html {
  const rows = entrants.flatMap(({ name, tuning }, place) =>
    tuning.trainings
      .flatMap((outcome) => (outcome.kind === "trained" || outcome.kind === "diverged" ? [outcome] : []))
      .sort((a, b) => a.lr - b.lr)
      .map((outcome) => ({ name: numbered(place + 1, name), outcome })),
  );
  return table(
    rows,
    [
      { heading: "Entrant", cell: ({ name }) => name },
      { heading: "Learning rate", cell: ({ outcome }) => rateText(outcome.lr), numeric: true },
      {
        heading: "Loss",
        cell: ({ outcome }) => (outcome.kind === "trained" ? scoreText("loss", outcome.loss) : "diverged"),
        numeric: true,
      },
      {
        heading: "Accuracy",
        cell: ({ outcome }) => (outcome.kind === "trained" ? scoreText("accuracy", outcome.accuracy) : "–"),
        numeric: true,
      },
      {
        heading: "Time",
        cell: ({ outcome }) => (outcome.kind === "trained" ? duration(outcome.seconds) : "–"),
        numeric: true,
      },
    ],
    { caption: "Trainings of the search for the rates, on validation images", named: true },
  );
}
