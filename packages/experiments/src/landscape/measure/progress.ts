/** Progress of a measurement. */
export interface LandscapeProgress {
  /** Current part, such as "plane". */
  readonly activity: string;
  /** Computed and total work, in evaluations of one image. */
  readonly done: number;
  readonly total: number;
  /** Estimate of the remaining seconds; null at the beginning. */
  readonly secondsLeft: number | null;
}

/** Counts the work of a measurement. */
export class Work {
  readonly #total: number;
  readonly #listen: (progress: LandscapeProgress) => void;
  readonly #now: () => number;
  #done = 0;
  #activity = "";
  #began: number | null = null;
  #doneAtBegin = 0;

  /**
   * @param total work of all parts
   * @param now clock in milliseconds
   */
  constructor(total: number, listen: (progress: LandscapeProgress) => void, now = (): number => performance.now()) {
    this.#total = total;
    this.#listen = listen;
    this.#now = now;
  }

  /** Begins a part. */
  begin(activity: string): void {
    this.#activity = activity;
    this.add(0);
  }

  /** Adds work that is done. */
  add(work: number): void {
    this.#done += work;
    // The first work includes compilations.
    if (this.#began === null && this.#done > 0) {
      this.#began = this.#now();
      this.#doneAtBegin = this.#done;
    }
    const since = this.#done - this.#doneAtBegin;
    const seconds = this.#began === null ? 0 : (this.#now() - this.#began) / 1000;
    const left = Math.max(0, this.#total - this.#done);
    this.#listen({
      activity: this.#activity,
      done: Math.min(this.#done, this.#total),
      total: this.#total,
      secondsLeft: since > 0 ? (seconds / since) * left : null,
    });
  }
}
