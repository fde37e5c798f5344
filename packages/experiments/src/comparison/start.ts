import { join } from "node:path";
import type { Handle, RunEvent } from "@downhill/train";
import { lock } from "@downhill/train/files";
import { writeComparisonReport } from "../report/write-report.ts";
import type { startTrial } from "../trials/start-trial.ts";
import { type AddedEntrants, addEntrants } from "./add-entrants.ts";
import { beginComparison, type NewComparison } from "./begin.ts";
import { applyBudget } from "./budget.ts";
import { type Comparison, comparisonOf, readComparison } from "./comparison.ts";
import { readFacts } from "./facts.ts";
import { nextTrial } from "./next-trial.ts";
import { openSameData } from "./open-data.ts";
import { Outcomes } from "./outcomes.ts";
import { TrialRunner, type TrialsEvent } from "./run-trials.ts";

/** Request to start or resume a comparison, or to add entrants to it. */
export type ComparisonRequest = (
  | NewComparison
  | { readonly kind: "resume"; readonly folder: string }
  | AddedEntrants
) & {
  /** Number of trials that run at the same time; default 1. */
  readonly jobs?: number;
};

/** Event of a comparison. */
export type ComparisonEvent =
  | RunEvent
  /** Start of the trials, and a change of the settings by the time limit. */
  | { readonly kind: "comparison"; readonly comparison: Comparison }
  | TrialsEvent;

/**
 * Starts or resumes a comparison. Each trial runs in a process of its own. When the comparison is stopped, its trials first
 * write a checkpoint; when it is killed, at most the steps since the last checkpoint are repeated, and the result is the same.
 * @param onEvent called with all events
 * @param start starts a trial; default: in a process of its own
 * @example
 * const entrants = entrantsOf({ optimizer: ["sgd", "adam"], schedule: [], model: [], batchSize: [] });
 * const request = { kind: "new", given: { data: "sample", model: "lenet" }, entrants, folder: "runs/race" } as const;
 * console.log((await startComparison(request).done).verdict);
 */
export function startComparison(
  request: ComparisonRequest,
  onEvent: (event: ComparisonEvent) => void = () => {},
  start?: typeof startTrial,
): Handle<Comparison> {
  const { folder, jobs = 1 } = request;
  const runner = new TrialRunner(jobs, onEvent, start);
  return { done: runAll(), stop: () => runner.stop() };

  async function runAll(): Promise<Comparison> {
    const begun = request.kind === "new" ? await beginComparison(request, onEvent) : readFacts(folder);
    const unlock = await lock(join(folder, "lock"));
    try {
      const facts = request.kind === "add" ? await addEntrants(begun, request, onEvent) : begun;
      const outcomes = new Outcomes(folder);
      if (request.kind === "resume" && nextTrial(outcomes, facts, new Set()) !== null) {
        await openSameData(facts, onEvent);
      }
      onEvent({ kind: "comparison", comparison: comparisonOf(outcomes, facts) });
      await runner.run(outcomes, facts);
      // The first training of each entrant has ended.
      const limited = runner.isStopped ? facts : applyBudget(outcomes, facts, jobs);
      if (limited !== facts) {
        onEvent({ kind: "comparison", comparison: comparisonOf(outcomes, limited) });
        await runner.run(outcomes, limited);
      }
      onEvent({ kind: "finishing", what: "writing the report" });
      await writeComparisonReport(folder);
    } finally {
      unlock();
    }
    return readComparison(folder);
  }
}
