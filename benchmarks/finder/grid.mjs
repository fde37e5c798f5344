/** What is trained, by the configuration of `downhill train`: small sets and few epochs, as there are hundreds of them. */
export const TASKS = {
  "mnist mlp": { data: "mnist", model: "mlp", epochs: 1 },
  "fashion-mnist lenet": { data: "fashion-mnist", model: "lenet", trainLimit: 30_000, epochs: 1 },
  "cifar10 lenet": { data: "cifar10", model: "lenet", trainLimit: 10_000, epochs: 4 },
  "sign-language-digits resnet8": {
    data: "sign-language-digits",
    model: "resnet8",
    imageSize: 24,
    batchSize: 32,
    epochs: 10,
  },
};

/** By the names of the table, the rest of their configuration. */
export const OPTIMIZERS = {
  "sgd, momentum": { optimizer: "sgd", momentum: 0.9 },
  adamw: { optimizer: "adamw" },
  rmsprop: { optimizer: "rmsprop" },
  adagrad: { optimizer: "adagrad" },
  lion: { optimizer: "lion" },
};

/** Half a decade apart. */
export const RATES = Array.from({ length: 13 }, (_, i) => Number((10 ** (-5 + i / 2)).toPrecision(3)));

/** One thread each: many trainings go on side by side. */
export const configOf = (task, optimizer, seed) => ({
  ...TASKS[task],
  ...OPTIMIZERS[optimizer],
  schedule: "oneCycle",
  seed,
  threads: 1,
});
