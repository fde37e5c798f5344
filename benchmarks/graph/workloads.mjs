/** An MLP 784-256-128-10, LeNet on 28x28, a ResNet-14 with 32, 64 and 128 channels, and airbench, a network for fast CIFAR-10 training. */
export const WORKLOADS = {
  W1: { title: "W1: MLP", model: "mlp", imageShape: [1, 28, 28], batch: 64 },
  W2: { title: "W2: LeNet", model: "lenet", imageShape: [1, 28, 28], batch: 64 },
  W3: {
    title: "W3: ResNet",
    model: "resnet",
    options: { depth: 14, width: 32 },
    imageShape: [3, 32, 32],
    batch: 64,
    memory: 500e6,
    compileMs: 500,
  },
  W4: {
    title: "W4: airbench",
    model: "airbench",
    imageShape: [3, 32, 32],
    batch: 128,
    memory: 450e6,
    compileMs: 500,
  },
};

/** Targets of the time per step by instruction set: relative to the default of PyTorch, and to its fastest variant. */
export const TARGETS = {
  "AVX-512": { default: { W1: 1, W2: 0.85, W3: 0.8 }, best: 0.8 },
  AVX2: { default: { W1: 0.75, W2: 0.58, W3: 0.58, W4: 0.58 }, best: 0.78 },
};

export const CLASSES = 10;

/** Optimizers by name: title, and name and hyperparameters in this project and in PyTorch. */
export const OPTIMIZERS = {
  sgd: {
    title: "SGD, momentum",
    ours: ["sgd", { lr: 0.01, momentum: 0.9 }],
    torch: ["SGD", { lr: 0.01, momentum: 0.9 }],
  },
  adam: { title: "Adam", ours: ["adam", { lr: 0.001 }], torch: ["Adam", { lr: 0.001 }] },
};

/** Makes a batch of noise without a period, since a network would overfit repeated images. */
export function batchOf({ imageShape, batch }) {
  const size = batch * imageShape.reduce((a, b) => a * b);
  return {
    images: Float32Array.from({ length: size }, (_, i) => Math.sin(i * i * 0.37)),
    labels: Int32Array.from({ length: batch }, (_, i) => (i * 7) % CLASSES),
  };
}
