import { momentumOf, optimizerNamed } from "@downhill/train";
import type { Changes } from "../comparison/entrant.ts";
import { roundedValue } from "../comparison/rate-search.ts";
import type { DefaultSettings } from "./facts.ts";

/** Questions in the order in which they are asked: first those on whose answers the others depend. */
export const QUESTIONS = ["learning-rate", "optimizer", "batch-size", "weight-decay", "warm-up", "momentum"] as const;
export type QuestionName = (typeof QUESTIONS)[number];

/** Settings in force when a question is asked. */
export interface Setting extends DefaultSettings {
  /** Changes from the defaults so far. */
  readonly changes: Changes;
  /** Learning rate in force. */
  readonly lr: number;
}

/** Gradient noise of the training, in images; null if it was not measured. */
export type NoiseScale = number | null;

/** Question that is not asked, with the reason. */
export interface NoCandidates {
  readonly reason: string;
}

/**
 * Rule of thumb for the gain of a question: share of the errors that a better answer typically removes. It only decides
 * whether a question is worth its cost.
 */
export const EXPECTED_SHARES: Readonly<Record<QuestionName, number>> = {
  "learning-rate": 0.05,
  optimizer: 0.05,
  "batch-size": 0.02,
  "weight-decay": 0.02,
  "warm-up": 0.01,
  momentum: 0.01,
};

/** Titles of the questions. */
export const TITLES: Readonly<Record<QuestionName, string>> = {
  "learning-rate": "Learning rate",
  optimizer: "Optimizer",
  "batch-size": "Batch size",
  "weight-decay": "Weight decay",
  "warm-up": "Warm-up",
  momentum: "Momentum",
};

/** Optimizers of the race, the most promising first. */
const RACERS = ["sgd", "adamw", "lion", "nadam"] as const;

/** Returns the optimizers that race against the one in force. */
export const rivals = ({ optimizer }: Pick<DefaultSettings, "optimizer">): string[] =>
  RACERS.filter((name) => name !== optimizer).slice(0, 3);

/** Largest number of candidates of a question besides the race. */
const FACTOR = 4;
/** Smallest weight decay to try for an optimizer whose default is 0. */
const SMALL_DECAY = 5e-4;

type Candidates = readonly Changes[] | NoCandidates;

/** Returns the candidates for the weight decay: a quarter and four times the value in force. */
function weightDecays({ optimizer, hyperparameters, changes, lr }: Setting): Candidates {
  const { weightDecay } = hyperparameters;
  if (typeof weightDecay !== "number") {
    return {
      reason: weightDecay === undefined ? `${optimizer} has no weight decay.` : "The weight decay has a schedule.",
    };
  }
  const values = weightDecay === 0 ? [SMALL_DECAY] : [weightDecay * FACTOR, weightDecay / FACTOR].map(roundedValue);
  return values.map((value) => ({ ...changes, lr, weightDecay: value }));
}

/** Returns the candidates for the momentum: half and twice the memory, 1 / (1 - momentum). The step size stays the same. */
function momenta({ optimizer, hyperparameters, changes, lr }: Setting): Candidates {
  const name = momentumOf(optimizerNamed(optimizer));
  if (name === null) return { reason: `${optimizer} has no momentum.` };
  const value = hyperparameters[name];
  if (typeof value !== "number") return { reason: "The momentum has a schedule." };
  const values = value === 0 ? [0.9] : [1 - (1 - value) / 2, 1 - (1 - value) * 2].filter((one) => one > 0);
  return values.map(roundedValue).map((momentum) => {
    if (name === "beta1") {
      return { ...changes, lr, hyperparameters: { ...changes.hyperparameters, beta1: momentum } };
    }
    return { ...changes, lr: roundedValue((lr * (1 - momentum)) / (1 - value)), momentum };
  });
}

/** Returns the candidate for the warm-up: a schedule without one where the schedule in force rises, and with one otherwise. */
function warmUps({ optimizer, schedule, warmup, changes, lr }: Setting): Candidates {
  if (optimizerNamed(optimizer).scheduleFree) return { reason: `${optimizer} has no schedule.` };
  if (warmup > 0) return [{ ...changes, lr, warmup: 0 }];
  return [{ ...changes, lr, schedule: RISING.has(schedule) ? "cosine" : "oneCycle" }];
}

/** Schedules that rise before they fall. */
const RISING: ReadonlySet<string> = new Set(["oneCycle", "warmupStableDecay", "cyclical"]);

/** Bounds of the candidate batch sizes. */
const [LEAST_BATCH, MOST_BATCH] = [16, 1024];

/**
 * Returns the candidate for the batch size: the power of two next to the gradient noise scale, at most four times smaller or
 * larger than the batch size in force; without a noise scale, half of it. The learning rate
 * follows: proportionally to smaller batches of SGD, and by the square root otherwise, since a rate that grows with the
 * batch size soon diverges without a long warm-up.
 * @param images number of training images
 */
function batchSizes(setting: Setting, noise: NoiseScale, images: number): Candidates {
  const { batchSize, changes, lr, optimizer } = setting;
  const most = Math.max(LEAST_BATCH, Math.min(MOST_BATCH, images / 8));
  const wanted = noise === null ? batchSize / 2 : Math.min(batchSize * FACTOR, Math.max(batchSize / FACTOR, noise));
  const size = 2 ** Math.round(Math.log2(Math.min(most, Math.max(LEAST_BATCH, wanted))));
  const isClose = Math.max(size / batchSize, batchSize / size) < 1.5;
  if (isClose && noise !== null) {
    return { reason: `The gradient noise scale, ${Math.round(noise)} images, fits the batch size of ${batchSize}.` };
  }
  if (isClose) return { reason: `A batch size of ${batchSize} is already small.` };
  const factor = size / batchSize;
  const isProportional = factor < 1 && optimizerNamed(optimizer).name === "sgd";
  return [{ ...changes, batchSize: size, lr: roundedValue(lr * (isProportional ? factor : Math.sqrt(factor))) }];
}

/**
 * Returns the candidates of a question, or the reason why there are none; empty where a search finds them.
 * @param images number of training images
 */
export function candidatesOf(
  question: QuestionName,
  setting: Setting,
  noise: NoiseScale,
  images: number,
): readonly Changes[] | NoCandidates {
  if (question === "batch-size") return batchSizes(setting, noise, images);
  if (question === "weight-decay") return weightDecays(setting);
  if (question === "warm-up") return warmUps(setting);
  if (question === "momentum") return momenta(setting);
  const { learningRateFree } = optimizerNamed(setting.optimizer);
  if (question === "learning-rate" && learningRateFree) {
    return { reason: `${setting.optimizer} needs no learning rate.` };
  }
  return [];
}

/** Trainings by which each optimizer searches its learning rate, besides the range test. */
export const RATE_TRAININGS = 3;
/** Optimizers of the race that are compared over seeds: those with the lowest losses of the search. */
export const FINALISTS = 2;

/**
 * Returns the largest number of trainings of a question; a range test counts as one.
 * @param seeds trainings of each candidate
 */
export function trainingsOf(
  question: QuestionName,
  setting: Setting,
  candidates: readonly Changes[] | NoCandidates,
  seeds: number,
): number {
  if ("reason" in candidates) return 0;
  if (question === "learning-rate") return 1 + RATE_TRAININGS + seeds;
  if (question === "optimizer") return rivals(setting).length * (1 + RATE_TRAININGS) + FINALISTS * seeds;
  return candidates.length * seeds;
}

/** Keys of the configuration that answer a question if the user states them. */
export const STATED = {
  "learning-rate": ["lr"],
  optimizer: ["optimizer", "lr", "hyperparameters", "groups"],
  "batch-size": ["batchSize", "batchSchedule", "increaseBatchInsteadOfDecay"],
  "weight-decay": ["weightDecay"],
  "warm-up": ["schedule", "warmup", "increaseBatchInsteadOfDecay"],
  momentum: ["momentum", "hyperparameters"],
} as const satisfies Readonly<Record<QuestionName, readonly string[]>>;
