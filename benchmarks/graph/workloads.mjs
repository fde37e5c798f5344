/** Batch 64 each: an MLP 784-256-128-10, LeNet on 28x28, and a ResNet-14 of 32, 64 and 128 channels on 32x32. */
export const WORKLOADS = {
  W1: { title: "W1: MLP", model: "mlp", imageShape: [1, 28, 28], options: {}, target: 1 },
  W2: { title: "W2: LeNet", model: "lenet", imageShape: [1, 28, 28], options: {}, target: 0.85 },
  W3: { title: "W3: ResNet", model: "resnet", imageShape: [3, 32, 32], options: { depth: 14, width: 32 }, target: 0.8 },
};

export const BATCH = 64;
export const CLASSES = 10;

/** Our optimizer and its settings, and PyTorch's. */
export const OPTIMIZERS = {
  sgd: {
    title: "SGD, momentum",
    ours: ["sgd", { lr: 0.01, momentum: 0.9 }],
    torch: ["SGD", { lr: 0.01, momentum: 0.9 }],
  },
  adam: { title: "Adam", ours: ["adam", { lr: 0.001 }], torch: ["Adam", { lr: 0.001 }] },
};
