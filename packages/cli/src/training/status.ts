import type { RunEvent, RunFacts } from "@downhill/train";
import type { Field } from "../output/fit.ts";
import { clock, count, duration, loss, percent, plural, short } from "../output/format.ts";

type StepEvent = Extract<RunEvent, { kind: "step" }>;
type EpochEvent = Extract<RunEvent, { kind: "epoch" }>;

/** Of the newest value in a mean of those that are shown; single batches jump too much to be read. */
const NEWEST = 0.1;
/** Milliseconds over which the rate of images is measured. */
const WINDOW = 1000;
/** Milliseconds of steps before it is said how long they will go on. */
const PATIENCE = 500;

/** What the line that is redrawn says of a training. */
export class TrainingStatus {
  readonly #run: RunFacts;
  /** When the first of its steps was told: before that, things were compiled. */
  #begun: { readonly done: number; readonly at: number } | null = null;
  #loss = new Mean();
  #accuracy = new Mean();
  #rate: { readonly images: number; readonly milliseconds: number; readonly perSecond: number | null } | null = null;

  constructor(run: RunFacts) {
    this.#run = run;
  }

  /** @param now milliseconds of a clock that only goes on */
  step({ line, totalSteps, spent }: StepEvent, now: number): Field[] {
    const done = line.step + 1;
    this.#measure(spent);
    const perSecond = this.#rate?.perSecond ?? null;
    this.#begun ??= { done, at: now };
    const passed = now - this.#begun.at;
    const left = ((passed / 1000) * (totalSteps - done)) / (done - this.#begun.done);
    return [
      { text: `epoch ${line.epoch + 1}/${this.#run.config.epochs}`, drop: 0 },
      { text: `step ${count(done)}/${count(totalSteps)}`, drop: 4 },
      { text: `loss ${loss(this.#loss.add(line.loss))}`, drop: 1 },
      { text: `acc ${percent(this.#accuracy.add(line.accuracy))}`, drop: 3 },
      { text: `lr ${short(line.lr as number, 2)}`, drop: 6 },
      ...(perSecond === null ? [] : [{ text: `${count(perSecond)} img/s`, drop: 5 }]),
      ...(passed < PATIENCE ? [] : [{ text: `${clock(left)} left`, drop: 2 }]),
    ];
  }

  #measure({ images, milliseconds }: StepEvent["spent"]): void {
    const before = this.#rate ?? { images, milliseconds, perSecond: null };
    const passed = milliseconds - before.milliseconds;
    if (this.#rate && passed < (before.perSecond === null ? WINDOW / 4 : WINDOW)) return;
    const perSecond = passed > 0 ? (1000 * (images - before.images)) / passed : null;
    this.#rate = { images, milliseconds, perSecond };
  }
}

/** A mean in which old values fade; not biased to where it began. */
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
 * The line of an epoch, which stays.
 * @param changing whether the batch size changes in the run
 */
export function epochFields(
  { line, best }: EpochEvent,
  epochs: number,
  changing: boolean,
  spent: { readonly seconds: number; readonly imagesPerSecond: number },
): Field[] {
  const { train, evaluation } = line;
  const number = String(line.epoch + 1).padStart(String(epochs).length);
  return [
    { text: `epoch ${number}/${epochs}`, drop: 0 },
    { text: `train loss ${loss(train.loss)}, acc ${percent(train.accuracy)}`, drop: 1 },
    ...(evaluation
      ? [{ text: `${evaluation.part} loss ${loss(evaluation.loss)}, acc ${percent(evaluation.accuracy)}`, drop: 0 }]
      : []),
    ...(changing ? batchFields(line) : []),
    { text: duration(spent.seconds), drop: 3 },
    { text: `${count(spent.imagesPerSecond)} img/s`, drop: 4 },
    ...(best ? [{ text: "best", drop: 2 }] : []),
  ];
}

/** How large the steps of an epoch were. */
const batchFields = ({ batchSize = 0, noiseScale, steps }: EpochEvent["line"]): Field[] => [
  { text: `batch ${count(batchSize)}`, drop: 2 },
  ...(noiseScale === undefined ? [] : [{ text: `noise scale ${short(noiseScale)}`, drop: 5 }]),
  { text: plural(steps, "update"), drop: 6 },
];
