import type { RunEvent } from "@downhill/train";
import { at } from "../at.ts";
import { startTrial } from "../trials/start-trial.ts";
import { type Comparison, comparisonOf } from "./comparison.ts";
import type { ComparisonFacts } from "./facts.ts";
import { nextTrial } from "./next-trial.ts";
import type { Outcome } from "./outcome.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Trial } from "./trial.ts";

/** Event of the trials of a comparison. */
export type TrialsEvent =
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

/** Runs the trials of comparisons, each in a process of its own, until it is stopped. */
export class TrialRunner {
  readonly #jobs: number;
  readonly #onEvent: (event: TrialsEvent) => void;
  readonly #start: typeof startTrial;
  readonly #running = new Map<number, { stop(): void }>();
  #isStopped = false;

  /**
   * @param jobs number of trials that run at the same time
   * @param start starts a trial; default: in a process of its own
   */
  constructor(jobs: number, onEvent: (event: TrialsEvent) => void, start: typeof startTrial = startTrial) {
    this.#jobs = jobs;
    this.#onEvent = onEvent;
    this.#start = start;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Stops after the current step of each trial, and saves it. */
  stop(): void {
    this.#isStopped = true;
    for (const trial of this.#running.values()) trial.stop();
  }

  /**
   * Runs trials until none is ready, or until it is stopped.
   * @throws TrainError for a user error in a trial
   */
  run(outcomes: Outcomes, facts: ComparisonFacts): Promise<void> {
    return new Promise((resolve, reject) => {
      const startMore = (): void => {
        while (!this.#isStopped && this.#running.size < this.#jobs) {
          const trial = nextTrial(outcomes, facts, new Set(this.#running.keys()));
          if (trial === null) break;
          this.#runTrial(outcomes, facts, trial).then(startMore, (error: unknown) => {
            this.stop();
            reject(error);
          });
        }
        if (this.#running.size === 0) resolve();
      };
      startMore();
    });
  }

  async #runTrial(outcomes: Outcomes, facts: ComparisonFacts, trial: Trial): Promise<void> {
    const { name: entrant } = at(facts.entrants, trial.entrant);
    let problem = "";
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      this.#onEvent({ kind: "trial", trial, entrant, attempt });
      const process = this.#start(outcomes.folder, trial.index, (event) =>
        this.#onEvent({ kind: "trialEvent", trial, entrant, event }),
      );
      this.#running.set(trial.index, process);
      const end = await process.done.finally(() => this.#running.delete(trial.index));
      if (end.kind === "stopped" || (end.kind === "died" && this.#isStopped)) return;
      if (end.kind === "done") {
        outcomes.add(facts, trial, end.result);
        return this.#report(outcomes, facts, trial, end.result);
      }
      ({ problem } = end);
    }
    const failed: Outcome = { kind: "failed", problem };
    outcomes.write(facts, trial, failed);
    this.#report(outcomes, facts, trial, failed);
  }

  #report(outcomes: Outcomes, facts: ComparisonFacts, trial: Trial, outcome: Outcome): void {
    const { name: entrant } = at(facts.entrants, trial.entrant);
    this.#onEvent({ kind: "outcome", trial, entrant, outcome, comparison: comparisonOf(outcomes, facts) });
  }
}
