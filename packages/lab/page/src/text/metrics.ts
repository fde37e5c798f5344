import type { XUnit } from "../../../src/api/types.ts";
import { lossText, number, percent } from "./format.ts";

/** Metrics whose charts come first, in this order. */
export const FIRST = ["loss", "accuracy", "lr", "momentum", "batchSize", "gradientNorm"] as const;

const TITLES: Readonly<Record<string, string>> = {
  loss: "Loss",
  accuracy: "Accuracy",
  lr: "Learning rate",
  momentum: "Momentum",
  batchSize: "Batch size",
  gradientNorm: "Gradient norm",
  noiseScale: "Noise scale",
  weightDecay: "Weight decay",
};

/** Returns the heading of a metric. */
export const titleOf = (metric: string): string => TITLES[metric] ?? metric;

/** Returns a value of a metric as text. */
export const textOf = (metric: string, value: number): string =>
  metric === "accuracy" ? percent(value) : metric === "loss" ? lossText(value) : number(value);

export const UNIT_NAMES: Readonly<Record<XUnit, string>> = {
  step: "step",
  epoch: "epoch",
  samples: "images",
  time: "training time, s",
};
