import { join } from "node:path";
import { type Handle, openData, type RunEvent, TrainError } from "@downhill/train";
import { lock } from "@downhill/train/files";
import { comparisonOf } from "../comparison/comparison.ts";
import { Outcomes } from "../comparison/outcomes.ts";
import { TrialRunner, type TrialsEvent } from "../comparison/run-trials.ts";
import { startProcess } from "../trials/start-process.ts";
import type { startTrial } from "../trials/start-trial.ts";
import { type Advice, newDraft } from "./advice.ts";
import { adviceSteps } from "./advise.ts";
import { beginAdvice, type NewAdvice } from "./begin.ts";
import type { Experiment, Measured } from "./experiment.ts";
import { type AdviceFacts, readAdviceFacts } from "./facts.ts";
import { beginExperiment, measuredIn, measuredNoise, runOfDefaults } from "./measure.ts";
import { type NoiseOutcome, readNoise, writeNoise } from "./noise.ts";
import { readExperiment } from "./read.ts";
import { writeAdviceReport } from "./report/write-report.ts";

/** Request to start or resume an advice. */
export type AdviceRequest = NewAdvice | { readonly kind: "resume"; readonly folder: string };

/** Event of an advice. */
export type AdviceEvent =
  | RunEvent
  /** Start of the advice. */
  | { readonly kind: "advice"; readonly advice: Advice }
  /** Start of an experiment, with the answers so far. */
  | { readonly kind: "experiment"; readonly experiment: Experiment; readonly advice: Advice }
  | TrialsEvent;

/**
 * Starts or resumes an advice. Each training runs in a process of its own. An advice that was stopped or killed resumes with
 * the same decisions, since it repeats them from the outcomes of its trainings.
 * @param onEvent called with all events
 * @param start starts a training; default: in a process of its own
 * @example
 * const request = { kind: "new", given: { data: "sample" }, folder: "runs/advice", budget: 600 } as const;
 * const { recommended, validation } = await startAdvice(request).done;
 */
export function startAdvice(
  request: AdviceRequest,
  onEvent: (event: AdviceEvent) => void = () => {},
  start?: typeof startTrial,
): Handle<Advice> {
  const { folder } = request;
  let runner: TrialRunner | null = null;
  let isStopped = false;
  return {
    done: runAll(),
    stop: () => {
      isStopped = true;
      runner?.stop();
    },
  };

  async function runAll(): Promise<Advice> {
    const facts = request.kind === "new" ? await beginAdvice(request, onEvent) : readAdviceFacts(folder);
    const unlock = await lock(join(folder, "lock"));
    try {
      runner = new TrialRunner(facts.jobs, onEvent, start);
      const draft = newDraft(folder, facts);
      onEvent({ kind: "advice", advice: draft });
      const steps = adviceSteps(draft);
      let isChecked = request.kind === "new";
      let step = steps.next();
      while (!step.done && !isStopped) {
        const experiment = step.value;
        let measured = readExperiment(folder, experiment);
        if (measured === null) {
          if (!isChecked) await checkData(facts, onEvent);
          isChecked = true;
          onEvent({ kind: "experiment", experiment, advice: draft });
          measured = await measure(facts, experiment, runner);
        }
        if (measured === null) break;
        step = steps.next(measured);
      }
      onEvent({ kind: "finishing", what: "writing the report" });
      await writeAdviceReport(draft);
      return draft;
    } finally {
      unlock();
    }
  }

  /** Runs the trainings of an experiment; null if it was stopped. */
  async function measure(
    facts: AdviceFacts,
    experiment: Experiment,
    trials: TrialRunner,
  ): Promise<readonly Measured[] | null> {
    if (experiment.name === "noise-scale") return measureNoiseScale();
    const own = beginExperiment(folder, facts, experiment);
    const outcomes = new Outcomes(join(folder, experiment.name));
    await trials.run(outcomes, own);
    return measuredIn(comparisonOf(outcomes, own).entrants, experiment);
  }

  async function measureNoiseScale(): Promise<readonly Measured[] | null> {
    const script = new URL("./noise-process.js", import.meta.url).href;
    // It takes seconds and is not stopped.
    const end = await startProcess<RunEvent, NoiseOutcome>(script, [runOfDefaults(folder)], onEvent).done;
    if (end.kind === "stopped") return null;
    writeNoise(folder, end.kind === "done" ? end.result : { measured: null, elapsed: 0, problem: end.problem });
    // As it is read after an interruption.
    const read = readNoise(folder);
    return read && [measuredNoise(read)];
  }
}

/** @throws TrainError if the images are not those with which the advice started */
async function checkData({ given, common, data }: AdviceFacts, onEvent: (event: RunEvent) => void): Promise<void> {
  const { fingerprint } = await openData({ ...common, ...given }, undefined, onEvent);
  if (fingerprint === data.fingerprint) return;
  throw new TrainError(`${given.data}: the images have changed since the advice started`, {
    code: "other-data",
    remedies: [{ act: "restore the images" }, { act: "start a new advice" }],
  });
}
