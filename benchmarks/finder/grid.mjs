/** Rates half a decade apart. */
const WIDE = Array.from({ length: 13 }, (_, i) => Number((10 ** (-5 + i / 2)).toPrecision(3)));

/** Rates a factor of 2 apart, around an approximately good rate. */
const around = (lr, each = 2) =>
  Array.from({ length: 2 * each + 1 }, (_, i) => Number((lr * 2 ** (i - each)).toPrecision(3)));

/** Configuration of each optimizer by its name in the table, with all relevant settings. */
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

/** Task with a small data set and few epochs, for hundreds of trainings. */
const small = (config) => ({ config: { ...config, schedule: "oneCycle" }, optimizers: NAMED, rates: WIDE });

/**
 * Task with the default recipe of `downhill train`.
 *
 * @param {object} config
 * @param {number} lr learning rate of the recipe, scaled to the batch size
 */
const recipe = (config, lr) => ({ config, optimizers: ["recipe"], rates: around(lr) });

const CIFAR = { data: "cifar10", trainLimit: 10_000, testLimit: 5000, epochs: 4 };
const PHOTOGRAPHS = { data: "sign-language-digits", epochs: 6 };

/** Tasks: configuration, optimizers and the grid of learning rates. */
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

/** Returns the configuration of a job with one thread, since many trainings run in parallel. */
export const configOf = (task, optimizer, { seed, trainLimit }) => ({
  ...TASKS[task].config,
  ...OPTIMIZERS[optimizer],
  ...(trainLimit === undefined ? {} : { trainLimit }),
  seed,
  threads: 1,
});
