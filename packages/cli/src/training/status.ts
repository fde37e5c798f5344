import type { RunEvent, RunFacts } from "@downhill/train";
import { duration, present } from "@downhill/train/text";
import type { Field } from "../output/fit.ts";
import { clock, count, loss, percent, plural, short } from "../output/format.ts";

type StepEvent = Extract<RunEvent, { kind: "step" }>;
type EpochEvent = Extract<RunEvent, { kind: "epoch" }>;

/** Weight of the newest value in the displayed means: losses of single batches vary too much to be read. */
const NEWEST = 0.1;
/** Milliseconds over which images per second are measured. */
const WINDOW = 1000;
/** Milliseconds of training before the remaining time is estimated. */
const PATIENCE = 500;

/** Status line of a training. */
export class TrainingStatus {
  readonly #run: RunFacts;
  /** Time of the first step event; the time before it went into compiling. */
  #begun: { readonly done: number; readonly at: number } | null = null;
  #loss = new Mean();
  #accuracy = new Mean();
  #rate: { readonly images: number; readonly milliseconds: number; readonly perSecond: number | null } | null = null;

  constructor(run: RunFacts) {
    this.#run = run;
  }

  /**
   * Returns the fields of the status line after a step.
   * @param now milliseconds of a monotonic clock
   */
  step({ line, totalSteps, spent }: StepEvent, now: number): Field[] {
    const done = line.step + 1;
    this.#measure(spent);
    const perSecond = this.#rate?.perSecond ?? null;
    this.#begun ??= { done, at: now };
    const passed = now - this.#begun.at;
    const left = ((passed / 1000) * (totalSteps - done)) / (done - this.#begun.done);
    return present([
      { text: `epoch ${line.epoch + 1}/${this.#run.config.epochs}`, drop: 0 },
      { text: `step ${count(done)}/${count(totalSteps)}`, drop: 4 },
      { text: `loss ${loss(this.#loss.add(line.loss))}`, drop: 1 },
      { text: `acc ${percent(this.#accuracy.add(line.accuracy))}`, drop: 3 },
      { text: `lr ${short(line.lr as number, 2)}`, drop: 6 },
      perSecond === null ? null : { text: `${count(perSecond)} img/s`, drop: 5 },
      passed < PATIENCE ? null : { text: `${clock(left)} left`, drop: 2 },
    ]);
  }

  #measure({ images, milliseconds }: StepEvent["spent"]): void {
    const before = this.#rate ?? { images, milliseconds, perSecond: null };
    const passed = milliseconds - before.milliseconds;
    if (this.#rate && passed < (before.perSecond === null ? WINDOW / 4 : WINDOW)) return;
    const perSecond = passed > 0 ? (1000 * (images - before.images)) / passed : null;
    this.#rate = { images, milliseconds, perSecond };
  }
}

/** Exponential moving average without a bias toward its start. */
class Mean {
  #sum = 0;
  #weight = 0;
  add(value: number): number {
    this.#sum = (1 - NEWEST) * this.#sum + NEWEST * value;
    this.#weight = (1 - NEWEST) * this.#weight + NEWEST;
    return this.#sum / this.#weight;
  }
}

/**
 * Returns the fields of the line that is printed after an epoch.
 * @param changing true if the batch size changes during the run
 */
export function epochFields(
  { line, best }: EpochEvent,
  epochs: number,
  changing: boolean,
  spent: { readonly seconds: number; readonly imagesPerSecond: number },
): Field[] {
  const { train, evaluation } = line;
  const number = String(line.epoch + 1).padStart(String(epochs).length);
  return present([
    { text: `epoch ${number}/${epochs}`, drop: 0 },
    line.phase === undefined ? null : { text: line.phase === "head" ? "last layer" : "all layers", drop: 2 },
    { text: `train loss ${loss(train.loss)}, acc ${percent(train.accuracy)}`, drop: 1 },
    evaluation && {
      text: `${evaluation.part} loss ${loss(evaluation.loss)}, acc ${percent(evaluation.accuracy)}`,
      drop: 0,
    },
    ...(changing ? batchFields(line) : []),
    { text: duration(spent.seconds), drop: 3 },
    { text: `${count(spent.imagesPerSecond)} img/s`, drop: 4 },
    best ? { text: "best", drop: 2 } : null,
  ]);
}

/** Returns the batch size, noise scale and number of updates of an epoch. */
const batchFields = ({ batchSize = 0, noiseScale, steps }: EpochEvent["line"]): Field[] =>
  present([
    { text: `batch ${count(batchSize)}`, drop: 2 },
    noiseScale === undefined ? null : { text: `noise scale ${short(noiseScale)}`, drop: 5 },
    { text: plural(steps, "update"), drop: 6 },
  ]);
