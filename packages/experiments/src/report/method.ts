import { type SettingKey, settings } from "@downhill/train";
import { counted } from "@downhill/train/plots";
import { type Html, html, listed, pairs, shown, table } from "@downhill/train/report";
import { duration } from "@downhill/train/text";
import type { Comparison, EntrantResult } from "../comparison/comparison.ts";
import type { ComparisonFacts } from "../comparison/facts.ts";
import { LEVEL } from "../statistics/pairs.ts";
import { RANGE_TEST_STEPS } from "../trials/execute-trial.ts";
import { numbered } from "./numbered.ts";
import { MEASURE_NAMES } from "./words.ts";

/** Returns the section on the policy of the comparison, its cost and its statistics. */
export const methodSection = (comparison: Comparison): Html => html`<section id="method"><h2>Method and cost</h2>
<div class="grid"><div class="stack">
<div class="card"><h3>Policy</h3>${policy(comparison.facts)}</div>
<div class="card"><h3>Statistics</h3>${statistics(comparison.facts)}</div>
</div><div class="stack">
<div class="card"><h3>Cost</h3>${cost(comparison)}</div>
<div class="card"><h3>Common settings</h3>${pairs(
  Object.entries(comparison.facts.given).map(
    ([key, value]) => [settings[key as SettingKey]?.label ?? key, shown(value)] as const,
  ),
)}</div>
</div></div></section>`;

/** Returns the effect of the time limit; null without one. */
function timeLimit({ budget, tuning, seeds }: ComparisonFacts): Html | null {
  if (budget === null) return null;
  const effect = budget.isApplied
    ? `After the first training of each entrant, at most ${counted(tuning, "training")} for the rate and ${counted(seeds.length, "seed")} fit into it, the same for all entrants.`
    : "The numbers of trainings will be reduced to what fits, after the first training of each entrant.";
  return html`<p>The comparison has a time limit of ${duration(budget.seconds)}. ${effect}</p>`;
}

function policy(facts: ComparisonFacts): Html {
  const { seeds, data, measure, stopEarly } = facts;
  const sameImages =
    data.part === "validation"
      ? facts.tuning === 0
        ? "The data have no test images, so the compared trainings are evaluated on validation images."
        : "The data have no test images, so the compared trainings are evaluated on the same validation images as the search. Their scores are slightly optimistic."
      : `The compared trainings are evaluated on the test images${facts.tuning === 0 ? "" : ", which the search never uses"}.`;
  return html`${search(facts)}
<p>Each entrant ${facts.tuning === 0 ? "" : "then "}trains at its rate for the same epochs with ${seeds.length === 1 ? `seed ${seeds[0]}` : `the seeds ${listed(seeds.map(String))}`}. Trainings with equal seeds use the images in the same order. ${sameImages} Entrants are ranked by ${MEASURE_NAMES[measure]}.${measure === "accuracy" || measure === "loss" ? "" : " It is measured at the first evaluation that reaches the target, so it is exact to one epoch."}${
    stopEarly
      ? " The worse half of the entrants is dropped after the search, and again after each seed (successive halving). This may drop an entrant that would have been best with more seeds."
      : ""
  }</p>
${timeLimit(facts)}`;
}

function search({ tuning, weightDecayTuning = 0, tuningSeed }: ComparisonFacts): Html {
  if (tuning === 0) return html`<p>The learning rate of each entrant was stated, and not searched.</p>`;
  return html`<p>All entrants have the same number of trainings. Each one first finds its own learning rate: a range test of ${RANGE_TEST_STEPS} steps, then ${counted(tuning, "whole training")} at rates around its suggestion${weightDecayTuning > 0 ? `, and ${counted(weightDecayTuning, "training")} at the best rate with weight decays around its default` : ""}. These trainings use seed ${tuningSeed}, which no compared training uses, and are evaluated by their loss on validation images.</p>`;
}

function statistics({ seeds }: ComparisonFacts): Html {
  if (seeds.length < 2) {
    return html`<p>One seed has no interval, and its differences cannot be tested. Compare with at least three seeds.</p>`;
  }
  return html`<p>Intervals are Student's 95 % intervals of the mean over ${counted(seeds.length, "seed")}. They cover the true mean of three normally distributed values in 95 % of the cases. A bootstrap interval of three values covers it in about 75 %, because three values rarely show their full spread.</p>
<p>Entrants are compared by paired t-tests, since trainings with equal seeds share their initial weights and the order of their images. From few seeds, some variances are far too small by chance, so small ones are raised toward the typical variance of all pairs (moderated variances, <a href="https://doi.org/10.2202/1544-6115.1027">Smyth 2004</a>). The p-values are corrected for the number of pairs by <a href="https://www.jstor.org/stable/4615733">Holm's method</a>. Two entrants are declared different below ${LEVEL}, a level at which at most 5 % of simulated comparisons of equal entrants find a difference.</p>`;
}

function cost(comparison: Comparison): Html {
  const { entrants } = comparison;
  const total = (pick: (entrant: EntrantResult) => number): number =>
    entrants.reduce((sum, entrant) => sum + pick(entrant), 0);
  const search = total(({ seconds }) => seconds.tuning);
  const compared = total(({ seconds }) => seconds.training);
  const elapsed = total(elapsedOf);
  const times =
    comparison.facts.tuning === 0
      ? `The compared trainings took ${duration(compared)} of training time`
      : `The search for the rates took ${duration(search)} of training time, the compared trainings ${duration(compared)}`;
  return html`<p>${times}.${elapsed > 0 && ` With loading, compiling and evaluating, all trials took ${duration(elapsed)}.`}</p>
${table(
  entrants.map((entrant, place) => ({ ...entrant, rank: place + 1 })),
  [
    { heading: "Entrant", cell: ({ rank, name }) => numbered(rank, name) },
    {
      heading: "Range test and tuning",
      cell: ({ tuning, seconds }) => costText(tuning.trainings.length, seconds.tuning),
      numeric: true,
    },
    {
      heading: "Compared",
      cell: ({ seeds, seconds }) => costText(seeds.filter((outcome) => outcome !== null).length, seconds.training),
      numeric: true,
    },
  ],
  { caption: "Cost of each entrant, in trainings and training time", named: true },
)}`;
}

const costText = (trainings: number, seconds: number): string =>
  `${counted(trainings, "training")}, ${duration(seconds)}`;

/** Returns the time of the processes of all trials of an entrant, in seconds. */
const elapsedOf = ({ tuning, seeds }: EntrantResult): number =>
  [tuning.rangeTest, ...tuning.trainings, ...seeds].reduce((sum, outcome) => sum + (outcome?.elapsed ?? 0), 0);
