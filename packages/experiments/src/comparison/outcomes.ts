import { mkdirSync } from "node:fs";
import { onDisk } from "@downhill/train/files";
import type { ComparisonFacts } from "./facts.ts";
import { type Outcome, readOutcome, writeOutcome } from "./outcome.ts";
import { type Trial, trialFolder } from "./trial.ts";

/** Outcomes of the trials of a comparison, each read from the disk once. */
export class Outcomes {
  readonly folder: string;
  readonly #known = new Map<string, Outcome | null>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Returns the outcome of a trial; null if it had not ended when it was first read, unless it was added since.
   * @throws TrainError if the file is damaged
   */
  of(facts: ComparisonFacts, trial: Trial): Outcome | null {
    const own = trialFolder(this.folder, facts, trial);
    const known = this.#known.get(own);
    if (known !== undefined) return known;
    const read = readOutcome(own);
    this.#known.set(own, read);
    return read;
  }

  /** Adds the outcome of a trial that has ended and written it. */
  add(facts: ComparisonFacts, trial: Trial, outcome: Outcome): void {
    this.#known.set(trialFolder(this.folder, facts, trial), outcome);
  }

  /** Writes the outcome of a trial whose process could not, and adds it. */
  write(facts: ComparisonFacts, trial: Trial, outcome: Outcome): void {
    const own = trialFolder(this.folder, facts, trial);
    onDisk(own, () => mkdirSync(own, { recursive: true }));
    writeOutcome(own, outcome);
    this.add(facts, trial, outcome);
  }
}
