import { increaseBatchInsteadOfDecay, multiStep } from "@downhill/optim";

/** Schedule of a training that the paper counts the updates of. */
export interface CountedSchedule {
  readonly name: string;
  /** Learning rate and batch size at the start. */
  readonly lr: number;
  readonly batchSize: number;
  /** Largest batch size: the first one if only the rate falls. */
  readonly maximum: number;
  /** Number of updates in the paper, at its precision; null if it states none. */
  readonly paper: { readonly relation: "about" | "below"; readonly updates: number } | null;
}

/** Trainings of the paper on CIFAR-10: 50,000 images. */
const IMAGES = 50_000;
const EPOCHS = 200;
/** Epochs after which the rate falls to a fifth, or the batch size grows fivefold. */
const MILESTONES = [60, 120, 160];
const FACTOR = 5;
const LARGEST = 5120;

const SCHEDULES: readonly CountedSchedule[] = [
  { name: "decaying rate", lr: 0.1, batchSize: 128, maximum: 128, paper: { relation: "about", updates: 80_000 } },
  { name: "hybrid", lr: 0.1, batchSize: 128, maximum: 640, paper: null },
  {
    name: "increasing batch",
    lr: 0.1,
    batchSize: 128,
    maximum: LARGEST,
    paper: { relation: "about", updates: 29_000 },
  },
  {
    name: "increased initial rate",
    lr: 0.5,
    batchSize: 640,
    maximum: LARGEST,
    paper: { relation: "below", updates: 6500 },
  },
  {
    name: "increased momentum",
    lr: 0.5,
    batchSize: 3200,
    maximum: LARGEST,
    paper: { relation: "below", updates: 2500 },
  },
];

/** Returns the number of updates of each schedule of the paper. An incomplete batch counts as a fraction. */
export const countUpdates = (): (CountedSchedule & { readonly updates: number })[] =>
  SCHEDULES.map((schedule) => {
    const { lr, batchSize, maximum } = schedule;
    const rate = multiStep({ base: lr, milestones: MILESTONES, gamma: 1 / FACTOR });
    const settings = { batchSize, trainSize: IMAGES, epochs: EPOCHS, maximum };
    return { ...schedule, updates: increaseBatchInsteadOfDecay(rate, settings).updates };
  });

/** Returns true if a number of updates is that of the paper, at the paper's precision. */
export function agrees({ paper, updates }: Pick<CountedSchedule, "paper"> & { readonly updates: number }): boolean {
  if (paper === null) return true;
  if (paper.relation === "below") return updates < paper.updates && updates > 0.9 * paper.updates;
  const digits = String(paper.updates).replace(/0+$/, "").length;
  return Number(updates.toPrecision(digits)) === paper.updates;
}
