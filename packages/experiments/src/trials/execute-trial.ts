import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  DivergedError,
  execute,
  type FinderResult,
  folderState,
  type GivenConfig,
  optimizerNamed,
  outlineRun,
  type RunControl,
  type RunResult,
  searchRates,
  TrainError,
} from "@downhill/train";
import { onDisk } from "@downhill/train/files";
import { at } from "../at.ts";
import { configOf } from "../comparison/entrant.ts";
import { type ComparisonFacts, readFacts } from "../comparison/facts.ts";
import { type Outcome, readOutcome, type Trained, writeOutcome } from "../comparison/outcome.ts";
import { bestRate, nextRate } from "../comparison/rate-search.ts";
import { type Trial, trialAt, trialFolder } from "../comparison/trial.ts";
import { readTuning } from "../comparison/tuning.ts";

/** Steps of a range test. */
export const RANGE_TEST_STEPS = 200;

/**
 * Executes a trial of a comparison in this thread, and writes its outcome. The trial depends on nothing but the files of the
 * comparison: a trial that was killed resumes, and one that has an outcome is not repeated.
 * @param folder folder of the comparison
 * @param began start of the trial's process, on the clock of `performance.now()`
 * @returns the outcome; null if the trial was stopped on request
 * @throws TrainError, DataError or GraphError for user errors
 */
export async function executeTrial(
  folder: string,
  index: number,
  control: RunControl,
  began = performance.now(),
): Promise<Outcome | null> {
  const facts = readFacts(folder);
  const trial = trialAt(facts, index);
  const own = trialFolder(folder, facts, trial);
  const known = readOutcome(own);
  if (known !== null) return known;
  onDisk(own, () => mkdirSync(own, { recursive: true }));
  const outcome =
    trial.kind === "range-test"
      ? await testRange(facts, trial, control)
      : await trainAtRate(folder, facts, trial, join(own, "run"), control);
  if (outcome === null) return null;
  const timed = { ...outcome, elapsed: (performance.now() - began) / 1000 };
  writeOutcome(own, timed);
  return timed;
}

/** Returns the configuration of a trial, without its learning rate. */
function givenFor(facts: ComparisonFacts, trial: Trial): GivenConfig {
  const { given, entrants, tuningSeed } = facts;
  const seed = trial.kind === "seed" ? trial.seed : tuningSeed;
  return { ...configOf(given, at(entrants, trial.entrant)), seed };
}

async function testRange(facts: ComparisonFacts, trial: Trial, control: RunControl): Promise<Outcome | null> {
  let instead = Number.NaN;
  const [finder] = (await searchRates(
    { given: givenFor(facts, trial), settings: { steps: RANGE_TEST_STEPS } },
    {
      ...control,
      emit: (event) => {
        if (event.kind === "found") ({ instead } = event);
        control.emit(event);
      },
    },
  )) as [FinderResult?];
  if (!finder || control.shouldStop()) return null;
  const { chosen, refusal, seconds } = finder;
  return { kind: "range-test", lr: chosen?.lr ?? instead, refusal, seconds };
}

async function trainAtRate(
  folder: string,
  facts: ComparisonFacts,
  trial: Exclude<Trial, { readonly kind: "range-test" }>,
  run: string,
  control: RunControl,
): Promise<Outcome | null> {
  const { rangeTest, tried } = readTuning(folder, facts, trial.entrant);
  if (rangeTest?.kind !== "range-test") return { kind: "no-rate" };
  const lr = trial.kind === "tuning" ? nextRate(rangeTest.lr, tried) : bestRate(tried);
  if (lr === null) return { kind: "no-rate" };
  try {
    const begun = folderState(run) === "begun";
    const result = await execute(
      begun
        ? { kind: "resume", folder: run, report: false }
        : { kind: "new", given: { ...givenFor(facts, trial), lr }, folder: run, command: "", report: false },
      control,
    );
    return result.status === "finished" ? outcomeOf(trial, run, lr, result) : null;
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    return { kind: "diverged", lr, problem: error.problem };
  }
}

/** Returns the outcome of a training that has finished. */
function outcomeOf(trial: Trial, run: string, lr: number, result: RunResult): Trained {
  const scores = trial.kind === "tuning" ? (result.validation ?? result) : result;
  const { loss, accuracy, images } = scores;
  if (loss === null || accuracy === null || images === null) {
    throw new TrainError(`${run}: the training has no evaluation. Expected held-out images.`);
  }
  const { facts, epochs, timings } = outlineRun(run);
  let seconds = 0;
  const curve = epochs.flatMap(({ epoch, steps, evaluation }, i) => {
    seconds += timings[i]?.seconds ?? 0;
    if (evaluation === null) return [];
    return [{ epoch, updates: steps, seconds, loss: finite(evaluation.loss), accuracy: finite(evaluation.accuracy) }];
  });
  const { optimizer, partner, hyperparameters, schedule, batchSize } = facts.config;
  const { lr: _, ...documented } = optimizerNamed(optimizer).hyperparameters;
  return {
    kind: "trained",
    lr,
    loss,
    accuracy,
    images,
    updates: result.steps,
    seconds: result.seconds,
    curve,
    hyperparameters: { ...documented, ...hyperparameters, ...(partner && { partner }), schedule, batchSize },
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
