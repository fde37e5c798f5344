import { average, type Mean } from "@downhill/train/statistics";
import { toCsv } from "@downhill/train/text";
import { at } from "../at.ts";
import type { Comparison, EntrantResult } from "../comparison/comparison.ts";
import { failureOf, trainedOf } from "../comparison/entrant-trials.ts";
import type { Outcome } from "../comparison/outcome.ts";
import { searchStages, type Trial, trialsOf } from "../comparison/trial.ts";

/** Version of the file `comparison-result.json`. */
const VERSION = 1;

/** Returns the result of a comparison as the text of a JSON file: entrants in order, pairs by name, and the verdict. */
export function resultJson({ facts, entrants, pairs, verdict, isFinished }: Comparison): string {
  const { seeds, entrants: given } = facts;
  const nameAt = (place: number): string => at(entrants, place).name;
  const result = {
    version: VERSION,
    id: facts.id,
    created: facts.created,
    command: facts.command,
    measure: facts.measure,
    target: facts.target,
    budget: facts.budget,
    part: facts.data.part,
    seeds,
    tuningSeed: facts.tuningSeed,
    isFinished,
    verdict,
    entrants: entrants.map((entrant, place) => ({
      rank: place + 1,
      name: entrant.name,
      changes: at(given, entrant.index).changes,
      status: entrant.status,
      problem: failureOf(entrant),
      score: entrant.score,
      accuracy: entrant.accuracy,
      loss: entrant.loss,
      target: entrant.target,
      lr: entrant.lr,
      weightDecay: entrant.weightDecay,
      goodRates: entrant.good,
      triedRates: entrant.tuning.tried,
      seconds: entrant.seconds,
      trainings: entrant.seeds.map((outcome, i) => ({ seed: at(seeds, i), outcome })),
    })),
    pairs: pairs.map(({ a, b, difference, p, isDifferent }) => ({
      a: nameAt(a),
      b: nameAt(b),
      difference,
      p,
      isDifferent,
    })),
    data: facts.data,
    versions: facts.versions,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** Returns one row for each entrant, as CSV. Cells are empty where a value is unknown. */
export const entrantsCsv = (comparison: Comparison): string =>
  toCsv(comparison.entrants.map((entrant, place) => entrantRow(comparison, entrant, place)));

function entrantRow({ facts }: Comparison, entrant: EntrantResult, place: number) {
  const { name, status, lr, good, seconds, target } = entrant;
  const trained = trainedOf(entrant);
  return {
    rank: place + 1,
    entrant: name,
    status,
    measure: facts.measure,
    ...meanCells("score", entrant.score),
    ...meanCells("accuracy", entrant.accuracy),
    ...meanCells("loss", entrant.loss),
    trainings: trained.length,
    lr,
    goodLow: good?.low,
    goodHigh: good?.high,
    goodDecades: good?.decades,
    updates: trained.length === 0 ? null : average(trained.map(({ updates }) => updates)),
    trainingSeconds: trained.length === 0 ? null : average(trained.map((outcome) => outcome.seconds)),
    totalTrainingSeconds: seconds.training,
    totalTuningSeconds: seconds.tuning,
    targetReached: target?.reached,
    targetUpdates: target?.updates?.mean,
    targetSeconds: target?.seconds?.mean,
    problem: failureOf(entrant),
  };
}

const meanCells = (name: string, mean: Mean | null) => ({
  [name]: mean?.mean,
  [`${name}Low`]: mean?.interval?.[0],
  [`${name}High`]: mean?.interval?.[1],
  [`${name}Deviation`]: mean?.deviation,
});

/** Returns one row for each trial, as CSV. Cells are empty where a value is unknown, and in trials that have not ended. */
export const trialsCsv = ({ facts, entrants }: Comparison): string =>
  toCsv(
    [...entrants]
      .sort((a, b) => a.index - b.index)
      .flatMap((entrant) => {
        const outcomes = [
          entrant.tuning.rangeTest,
          ...tuningOutcomes(entrant, searchStages(facts) - 1),
          ...entrant.seeds,
        ];
        return trialsOf(facts, entrant.index).map((trial, i) =>
          trialRow(entrant.name, trial, outcomes[i] ?? null, facts.tuningSeed),
        );
      }),
  );

/** Returns the outcomes of the search for the rate, with null for those that have not ended. */
const tuningOutcomes = ({ tuning: { trainings } }: EntrantResult, count: number): (Outcome | null)[] =>
  Array.from({ length: count }, (_, i) => trainings[i] ?? null);

function trialRow(entrant: string, trial: Trial, outcome: Outcome | null, tuningSeed: number) {
  const trained = outcome?.kind === "trained" ? outcome : null;
  return {
    trial: trial.index,
    entrant,
    kind: trial.kind,
    number: "number" in trial ? trial.number : null,
    seed: trial.kind === "seed" ? trial.seed : tuningSeed,
    lr: outcome && "lr" in outcome ? outcome.lr : null,
    weightDecay: outcome && "weightDecay" in outcome ? outcome.weightDecay : null,
    loss: trained?.loss,
    accuracy: trained?.accuracy,
    updates: trained?.updates,
    seconds: outcome && "seconds" in outcome ? outcome.seconds : null,
    elapsedSeconds: outcome?.elapsed,
    outcome: outcome?.kind,
    problem: outcome && "problem" in outcome ? outcome.problem : null,
  };
}
