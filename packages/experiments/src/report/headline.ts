import { counted } from "@downhill/train/plots";
import { type Html, html, moment } from "@downhill/train/report";
import { duration } from "@downhill/train/text";
import type { Comparison } from "../comparison/comparison.ts";
import { countEnded } from "../comparison/entrant-trials.ts";
import { countTrials } from "../comparison/trial.ts";
import { intervalText, MEASURE_NAMES, scoreText } from "./words.ts";

/** Returns the top of the report: the verdict and the most important figures. */
export function headline(comparison: Comparison): Html {
  const { facts } = comparison;
  const [first, rest] = verdictParts(comparison);
  return html`<header>
<p class="kicker">Downhill comparison <span>${facts.id}</span> <span>${moment(facts.created)}</span></p>
<div class="opening"><div>
<h1>${first}</h1>
${rest !== "" && html`<p>${rest}</p>`}
<p class="how">${comparedHow(comparison)}</p>
</div>
<dl class="tiles">${tiles(comparison).map(
    ([name, value, more]) =>
      html`<div><dt>${name}</dt><dd>${value}${more !== "" && html` <small>${more}</small>`}</dd></div>`,
  )}</dl></div>
</header>`;
}

/** Length in characters of a verdict that does not fit into a heading. */
const LONG = 240;

/** Returns the first sentence of the verdict, and the others. */
function verdictParts({ verdict, isFinished, entrants, facts }: Comparison): [first: string, rest: string] {
  if (verdict === null) {
    const entrantsOn = `Comparison of ${counted(entrants.length, "entrant")} on ${facts.data.name}`;
    return isFinished
      ? [`${entrantsOn}: nothing to compare`, "Fewer than two entrants have a score for all seeds."]
      : [`${entrantsOn}: no verdict yet`, "A verdict requires two entrants with results for all seeds."];
  }
  const soFar = isFinished ? "" : "So far: ";
  if (verdict.length > LONG) {
    return [`Comparison of ${counted(entrants.length, "entrant")} on ${facts.data.name}`, `${soFar}${verdict}`];
  }
  const end = verdict.indexOf(". ") + 1 || verdict.length;
  const [first, rest] = [verdict.slice(0, end), verdict.slice(end).trim()];
  return [`${soFar}${first}`, rest];
}

function comparedHow({ facts }: Comparison): string {
  const { given, data, seeds, measure, tuning } = facts;
  const model = given.model === undefined ? "" : `${given.model}, `;
  const epochs = given.epochs === undefined ? "" : `${counted(given.epochs, "epoch")}, `;
  const score =
    measure === "accuracy" || measure === "loss"
      ? `${MEASURE_NAMES[measure]} on ${data.part} images`
      : MEASURE_NAMES[measure];
  return `Ranked by ${score}, ${seeds.length === 1 ? "one seed" : `mean over ${seeds.length} seeds`}: ${model}${epochs}${counted(data.trainImages, "training image")} of ${data.name}. ${tuning === 0 ? "The learning rates were stated, not searched." : "Each entrant found its own learning rate with the same number of trainings."}`;
}

type Tile = readonly [name: string, value: string, more: string];

function tiles(comparison: Comparison): Tile[] {
  const { entrants, facts, isFinished } = comparison;
  const { measure } = facts;
  const [best] = entrants;
  const score = best?.score ?? null;
  const seconds = entrants.reduce((sum, entrant) => sum + entrant.seconds.tuning + entrant.seconds.training, 0);
  const search = entrants.reduce((sum, entrant) => sum + entrant.seconds.tuning, 0);
  const ended = countEnded(entrants);
  return [
    ...(best && score
      ? [
          [
            `Best ${MEASURE_NAMES[measure]}${isFinished ? "" : " so far"}`,
            scoreText(measure, score.mean),
            score.interval ? `${best.name}, 95 % interval ${intervalText(measure, score)}` : best.name,
          ] as const,
        ]
      : []),
    ["Entrants", String(entrants.length), `${counted(facts.seeds.length, "seed")} each`],
    ["Trials", String(ended), isFinished ? "all have ended" : `of at most ${countTrials(facts)} have ended`],
    ["Training time", duration(seconds), `${duration(search)} for the rates`],
  ];
}
