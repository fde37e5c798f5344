/** Half a decade apart. */
const WIDE = Array.from({ length: 13 }, (_, i) => Number((10 ** (-5 + i / 2)).toPrecision(3)));

/** A factor of 2 apart, around a rate that is about right. */
const around = (lr, each = 2) =>
  Array.from({ length: 2 * each + 1 }, (_, i) => Number((lr * 2 ** (i - each)).toPrecision(3)));

/** By the names of the table, the rest of their configuration. All settings that matter are stated. */
const plain = { weightDecay: 0 };
export const OPTIMIZERS = {
  "sgd, momentum": { optimizer: "sgd", momentum: 0.9, hyperparameters: { ...plain, nesterov: false } },
  adamw: { optimizer: "adamw", weightDecay: 0.01 },
  rmsprop: { optimizer: "rmsprop", hyperparameters: plain },
  adagrad: { optimizer: "adagrad", hyperparameters: plain },
  lion: { optimizer: "lion", weightDecay: 1e-3 },
  recipe: {},
};
const NAMED = Object.keys(OPTIMIZERS).filter((name) => name !== "recipe");

/** Small sets and few epochs, as there are hundreds of trainings. */
const small = (config) => ({ config: { ...config, schedule: "oneCycle" }, optimizers: NAMED, rates: WIDE });

/**
 * The recipe that `downhill train` takes by itself, for these batches.
 *
 * @param {object} config
 * @param {number} lr the recipe's, scaled to the batch
 */
const recipe = (config, lr) => ({ config, optimizers: ["recipe"], rates: around(lr) });

const CIFAR = { data: "cifar10", trainLimit: 10_000, testLimit: 5000, epochs: 4 };
const PHOTOGRAPHS = { data: "sign-language-digits", epochs: 6 };

/** Tasks: the configuration of `downhill train`, the optimizers to try, and the grid of rates for each. */
export const TASKS = {
  "mnist mlp": small({ data: "mnist", model: "mlp", epochs: 1 }),
  "fashion-mnist lenet": small({ data: "fashion-mnist", model: "lenet", trainLimit: 30_000, epochs: 1 }),
  "cifar10 lenet": small({ data: "cifar10", model: "lenet", trainLimit: 10_000, epochs: 4 }),
  "sign-language-digits resnet8": small({
    data: "sign-language-digits",
    model: "resnet8",
    imageSize: 24,
    batchSize: 32,
    epochs: 10,
  }),
  "cifar10-airbench": recipe(CIFAR, 0.75),
  "cifar10-airbench-128": recipe({ ...CIFAR, batchSize: 128 }, 0.1875),
  "photographs-airbench": recipe(PHOTOGRAPHS, 0.094),
  "photographs-airbench-128": recipe({ ...PHOTOGRAPHS, batchSize: 128 }, 0.1875),
};

/** One thread each: many trainings run side by side. */
export const configOf = (task, optimizer, { seed, trainLimit }) => ({
  ...TASKS[task].config,
  ...OPTIMIZERS[optimizer],
  ...(trainLimit === undefined ? {} : { trainLimit }),
  seed,
  threads: 1,
});
