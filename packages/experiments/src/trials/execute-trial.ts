import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { defined } from "@downhill/optim/defined";
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
import { Outcomes } from "../comparison/outcomes.ts";
import { bestRate, nextRate } from "../comparison/rate-search.ts";
import { type Trial, trialAt, trialFolder } from "../comparison/trial.ts";
import { readTuning, type Tuning } from "../comparison/tuning.ts";
import { baseDecay, chosenDecay, nextDecay } from "../comparison/weight-decay-search.ts";

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
      : await trainWith(facts, trial, searchedFor(folder, facts, trial), join(own, "run"), control);
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

/** Hyperparameters that the search of an entrant sets in a training. */
interface Searched {
  readonly lr?: number;
  readonly weightDecay?: number;
}

/** Returns the hyperparameters of a training that result from the search; none without one. Null if there is no rate. */
function searchedFor(
  folder: string,
  facts: ComparisonFacts,
  trial: Exclude<Trial, { readonly kind: "range-test" }>,
): Searched | null {
  if (facts.tuning === 0) return {};
  const tuning = readTuning(new Outcomes(folder), facts, trial.entrant);
  const { rangeTest, tried } = tuning;
  if (rangeTest?.kind !== "range-test") return null;
  if (trial.kind === "tuning") return { lr: nextRate(rangeTest.lr, tried) };
  const lr = bestRate(tried);
  if (lr === null) return null;
  if (trial.kind === "weight-decay") return decayToTry(tuning, rangeTest.lr, lr);
  const weightDecay = chosenDecay(tuning);
  return weightDecay === null ? { lr } : { lr, weightDecay };
}

/** Returns the weight decay to try; for an optimizer without one, a further rate. */
function decayToTry(tuning: Tuning, first: number, lr: number): Searched {
  const base = baseDecay(tuning);
  return base === null ? { lr: nextRate(first, tuning.tried) } : { lr, weightDecay: nextDecay(base, tuning) };
}

async function trainWith(
  facts: ComparisonFacts,
  trial: Trial,
  searched: Searched | null,
  run: string,
  control: RunControl,
): Promise<Outcome | null> {
  if (searched === null) return { kind: "no-rate" };
  try {
    const begun = folderState(run) === "begun";
    const result = await execute(
      begun
        ? { kind: "resume", folder: run, report: false }
        : { kind: "new", given: { ...givenFor(facts, trial), ...searched }, folder: run, command: "", report: false },
      control,
    );
    return result.status === "finished" ? outcomeOf(facts, trial, { run, searched, result }) : null;
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    // The run has begun, since it diverged in a step.
    const lr = searched.lr ?? outlineRun(run).facts.config.lr;
    return { kind: "diverged", lr, ...defined({ weightDecay: searched.weightDecay }), problem: error.problem };
  }
}

interface Finished {
  /** Folder of the run. */
  readonly run: string;
  readonly searched: Searched;
  readonly result: RunResult;
}

/** Returns the outcome of a training that has finished. */
function outcomeOf(compared: ComparisonFacts, trial: Trial, { run, searched, result }: Finished): Trained {
  const onTest = trial.kind === "seed" && compared.data.part === "test";
  const scores = onTest ? result : (result.validation ?? result);
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
  const { optimizer, lr, partner, hyperparameters, schedule, batchSize } = facts.config;
  const { lr: _, ...documented } = optimizerNamed(optimizer).hyperparameters;
  return {
    kind: "trained",
    lr,
    ...defined({ weightDecay: searched.weightDecay }),
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
