import type { SeedlessSettings } from "../running/train-settings.ts";

/** Network and optimizer of all trainings: plain SGD at a constant rate, without momentum and weight decay. */
export const PLAIN: Omit<SeedlessSettings, "lr"> = {
  model: "mlp",
  modelOptions: { hidden: [64] },
  optimizer: "sgd",
  hyperparameters: { momentum: 0, nesterov: false, weightDecay: 0 },
  schedule: "constant",
  augment: [],
};
