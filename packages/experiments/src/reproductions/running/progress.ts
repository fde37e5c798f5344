import type { ReproductionEvent, TrainingPlace } from "./events.ts";

/** Minimum time between two events of steps, in milliseconds. */
const INTERVAL = 100;

/** Reports the progress of trainings that follow one another, with an estimate of the time left. */
export class TrainingProgress {
  readonly #emit: (event: ReproductionEvent) => void;
  #known = 0;
  #ended = 0;
  #name = "";
  #began = 0;
  #reported = 0;
  /** Number and total time of the trainings that were not read from files. */
  #measured = { count: 0, milliseconds: 0 };

  constructor(emit: (event: ReproductionEvent) => void) {
    this.#emit = emit;
  }

  /** Adds trainings that will follow. */
  announce(count: number): void {
    this.#known += count;
  }

  /** Counts a training whose result is known. */
  skip(): void {
    this.#ended++;
  }

  begin(name: string): void {
    this.#name = name;
    this.#began = performance.now();
    this.#emit({ kind: "training", ...this.#place() });
  }

  step(step: number, loss: number): void {
    const now = performance.now();
    if (now - this.#reported < INTERVAL) return;
    this.#reported = now;
    this.#emit({ kind: "step", step, loss, ...this.#place() });
  }

  end(accuracy: number | null): void {
    const milliseconds = performance.now() - this.#began;
    this.#measured = { count: this.#measured.count + 1, milliseconds: this.#measured.milliseconds + milliseconds };
    this.#emit({ kind: "trained", seconds: milliseconds / 1000, accuracy, ...this.#place() });
    this.#ended++;
  }

  #place(): TrainingPlace {
    const { count, milliseconds } = this.#measured;
    const left = this.#known - this.#ended;
    return {
      training: this.#name,
      number: this.#ended + 1,
      of: this.#known,
      secondsLeft: count === 0 ? null : (milliseconds / count / 1000) * left,
    };
  }
}
