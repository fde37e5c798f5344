import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Handle, RunEvent } from "@downhill/train";
import { lock, onDisk } from "@downhill/train/files";
import { at } from "../at.ts";
import { writeComparisonReport } from "../report/write-report.ts";
import { startTrial } from "../trials/start-trial.ts";
import { type AddedEntrants, addEntrants } from "./add-entrants.ts";
import { beginComparison, type NewComparison } from "./begin.ts";
import { applyBudget } from "./budget.ts";
import { type Comparison, readComparison } from "./comparison.ts";
import { type ComparisonFacts, readFacts } from "./facts.ts";
import { nextTrial } from "./next-trial.ts";
import { openSameData } from "./open-data.ts";
import { type Outcome, writeOutcome } from "./outcome.ts";
import { type Trial, trialFolder } from "./trial.ts";

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
  /** Start of a trial. `attempt` is 2 if its process ended without a result before. */
  | { readonly kind: "trial"; readonly trial: Trial; readonly entrant: string; readonly attempt: number }
  /** Event of a trial in progress. */
  | { readonly kind: "trialEvent"; readonly trial: Trial; readonly entrant: string; readonly event: RunEvent }
  /** End of a trial, with the comparison so far. */
  | {
      readonly kind: "outcome";
      readonly trial: Trial;
      readonly entrant: string;
      readonly outcome: Outcome;
      readonly comparison: Comparison;
    };

/** Number of attempts after which a trial whose process ends without a result has failed. */
const ATTEMPTS = 2;

/**
 * Starts or resumes a comparison. Each trial runs in a process of its own. When the comparison is stopped, its trials first
 * write a checkpoint; when it is killed, at most the steps since the last checkpoint are repeated, and the result is the same.
 * @param onEvent called with all events
 * @example
 * const entrants = entrantsOf({ optimizer: ["sgd", "adam"], schedule: [], model: [], batchSize: [] });
 * const request = { kind: "new", given: { data: "sample", model: "lenet" }, entrants, folder: "runs/race" } as const;
 * console.log((await startComparison(request).done).verdict);
 */
export function startComparison(
  request: ComparisonRequest,
  onEvent: (event: ComparisonEvent) => void = () => {},
): Handle<Comparison> {
  let stopped = false;
  const running = new Map<number, { stop(): void }>();
  return {
    done: runAll(),
    stop: () => {
      stopped = true;
      for (const trial of running.values()) trial.stop();
    },
  };

  async function runAll(): Promise<Comparison> {
    const { folder, jobs = 1 } = request;
    const begun = request.kind === "new" ? await beginComparison(request, onEvent) : readFacts(folder);
    const unlock = await lock(join(folder, "lock"));
    try {
      const facts = request.kind === "add" ? await addEntrants(begun, request, onEvent) : begun;
      if (request.kind === "resume" && nextTrial(folder, facts, new Set()) !== null) await openSameData(facts, onEvent);
      onEvent({ kind: "comparison", comparison: readComparison(folder) });
      await runReady(folder, facts, jobs);
      // The first training of each entrant has ended.
      const limited = stopped ? facts : applyBudget(folder, facts, jobs);
      if (limited !== facts) {
        onEvent({ kind: "comparison", comparison: readComparison(folder) });
        await runReady(folder, limited, jobs);
      }
      onEvent({ kind: "finishing", what: "writing the report" });
      await writeComparisonReport(folder);
    } finally {
      unlock();
    }
    return readComparison(folder);
  }

  /** Runs trials until none is ready. */
  function runReady(folder: string, facts: ComparisonFacts, jobs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const startMore = (): void => {
        while (!stopped && running.size < jobs) {
          const trial = nextTrial(folder, facts, new Set(running.keys()));
          if (trial === null) break;
          runTrial(folder, facts, trial).then(startMore, (error: unknown) => {
            stopped = true;
            for (const other of running.values()) other.stop();
            reject(error);
          });
        }
        if (running.size === 0) resolve();
      };
      startMore();
    });
  }

  async function runTrial(folder: string, facts: ComparisonFacts, trial: Trial): Promise<void> {
    const { name: entrant } = at(facts.entrants, trial.entrant);
    let problem = "";
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      onEvent({ kind: "trial", trial, entrant, attempt });
      const process = startTrial(folder, trial.index, (event) =>
        onEvent({ kind: "trialEvent", trial, entrant, event }),
      );
      running.set(trial.index, process);
      const end = await process.done.finally(() => running.delete(trial.index));
      if (end.kind === "stopped" || stopped) return;
      if (end.kind === "done") return report(end.result);
      ({ problem } = end);
    }
    const own = trialFolder(folder, facts, trial);
    onDisk(own, () => mkdirSync(own, { recursive: true }));
    const failed = { kind: "failed", problem } as const;
    writeOutcome(own, failed);
    report(failed);

    function report(outcome: Outcome): void {
      onEvent({ kind: "outcome", trial, entrant, outcome, comparison: readComparison(folder) });
    }
  }
}
