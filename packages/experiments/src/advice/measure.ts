import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { onDisk } from "@downhill/train/files";
import { type EntrantResult, isEnded } from "../comparison/comparison.ts";
import { failureOf, hyperparametersOf, trainedOf } from "../comparison/entrant-trials.ts";
import { type ComparisonFacts, isComparison, readFacts, writeFacts } from "../comparison/facts.ts";
import { trialFolder, trialsOf } from "../comparison/trial.ts";
import type { Experiment, Measured } from "./experiment.ts";
import type { AdviceFacts } from "./facts.ts";
import { DEFAULTS } from "./names.ts";
import type { NoiseOutcome } from "./noise.ts";

/** Returns the facts of the comparison of an experiment, as it is in the folder of an advice; null before it has started. */
export function factsOf(folder: string, { name }: Experiment): ComparisonFacts | null {
  const own = join(folder, name);
  return isComparison(own) ? readFacts(own) : null;
}

/** Starts the comparison of an experiment, or adds its entrants to it. */
export function beginExperiment(folder: string, advice: AdviceFacts, experiment: Experiment): ComparisonFacts {
  const own = join(folder, experiment.name);
  const before = factsOf(folder, experiment);
  const known = new Set(before?.entrants.map(({ name }) => name));
  const added = experiment.entrants.filter(({ name }) => !known.has(name));
  if (before !== null && added.length === 0) return before;
  const facts =
    before === null ? newFacts(advice, experiment) : { ...before, entrants: [...before.entrants, ...added] };
  if (!existsSync(own)) onDisk(own, () => mkdirSync(own, { recursive: true }));
  writeFacts(own, facts);
  return facts;
}

function newFacts(advice: AdviceFacts, experiment: Experiment): ComparisonFacts {
  const { given, entrants, seeds, tuning, tuningSeed, part } = experiment;
  const { created, command, data, versions } = advice;
  const trainImages = given.trainLimit ?? data.trainImages;
  return {
    version: 1,
    id: experiment.name,
    created,
    command,
    given,
    entrants,
    seeds,
    tuningSeed,
    tuning,
    measure: "accuracy",
    target: null,
    budget: null,
    stopEarly: false,
    data: { name: data.name, fingerprint: data.fingerprint, trainImages, part },
    versions,
  };
}

/** Returns the results of the entrants of an experiment; null if one of them has not ended. */
export function measuredIn(entrants: readonly EntrantResult[], { entrants: required }: Experiment): Measured[] | null {
  const results = required.map(({ name }) => entrants.find((entrant) => entrant.name === name));
  const ended = results.flatMap((result) => (result && isEnded(result) ? [measuredOf(result)] : []));
  return ended.length === required.length ? ended : null;
}

function measuredOf(result: EntrantResult): Measured {
  const { name, tuning, seeds } = result;
  const rates = trainedOf(result)
    .map(({ lr }) => lr)
    .sort((a, b) => a - b);
  const outcomes = [tuning.rangeTest, ...tuning.trainings, ...seeds].filter((outcome) => outcome !== null);
  const losses = tuning.tried.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  const isDiverged = result.status === "no rate" || outcomes.some(({ kind }) => kind === "diverged");
  return {
    name,
    scores: seeds.map((outcome) => (outcome?.kind === "trained" ? outcome.accuracy : null)),
    lr: tuning.tried.length > 0 ? result.lr : (rates[Math.floor(rates.length / 2)] ?? null),
    searchLoss: losses.length === 0 ? null : Math.min(...losses),
    tried: tuning.tried,
    hyperparameters: hyperparametersOf(result),
    elapsed: outcomes.map(({ elapsed = 0 }) => elapsed),
    trainingSeconds: outcomes.map((outcome) => ("seconds" in outcome ? outcome.seconds : 0)),
    problem: failureOf(result) ?? (isDiverged ? "diverged" : null),
  };
}

/** Returns the result of a measurement of the noise scale. */
export const measuredNoise = ({ measured, elapsed, problem }: NoiseOutcome): Measured => ({
  name: DEFAULTS,
  scores: [],
  lr: null,
  searchLoss: null,
  tried: [],
  hyperparameters: {},
  elapsed: [elapsed],
  trainingSeconds: [elapsed],
  problem,
  ...(measured === null ? {} : { noise: measured }),
});

/** Returns the run folder at whose weights the noise scale is measured: the first training of the defaults. */
export function runOfDefaults(folder: string): string {
  const own = join(folder, "selection");
  const facts = readFacts(own);
  return join(trialFolder(own, facts, trialsOf(facts, 0)[0] as never), "run");
}
