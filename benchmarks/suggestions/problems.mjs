import { generator } from "./random.mjs";

/**
 * Small training problem. Its examples are numbered from 0; the first `TRAINING` are training examples.
 *
 * @typedef {object} Problem
 * @property {string} name
 * @property {Record<string, number[]>} shapes
 * @property {(values: Tensors, seed: number) => void} initialize
 * @property {(values: Tensors, gradients: Tensors, batch: ArrayLike<number>) => number} loss returns the mean over
 *   a batch and writes its gradient
 * @property {(values: Tensors) => number} score on held-out examples: accuracy, or share of explained variance
 */

/** @typedef {Record<string, Float32Array>} Tensors */

export const TRAINING = 16_000;
const HELD_OUT = 4000;
const EXAMPLES = TRAINING + HELD_OUT;
const CLASSES = 10;

/** Scale of an input, from 1 to a tenth: variances differ by a factor of 100, as with pixels. */
const scale = (j, size) => 10 ** (-j / (size - 1));

/** Returns a least-squares problem in 20 dimensions. @returns {Problem} */
function leastSquares() {
  const size = 20;
  const random = generator(1);
  const x = Float64Array.from({ length: EXAMPLES * size }, (_, i) => scale(i % size, size) * random.normal());
  const truth = Float64Array.from({ length: size }, () => random.normal());
  const predict = (weight, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += weight[j] * x[i * size + j];
    return sum;
  };
  const y = Float64Array.from({ length: EXAMPLES }, (_, i) => predict(truth, i) + 0.5 * random.normal());
  return {
    name: "least squares",
    shapes: { weight: [size] },
    initialize: ({ weight }) => weight.fill(0),
    loss({ weight }, gradients, batch) {
      gradients.weight.fill(0);
      let total = 0;
      for (const i of batch) {
        const error = predict(weight, i) - y[i];
        total += error * error;
        for (let j = 0; j < size; j++) gradients.weight[j] += (2 * error * x[i * size + j]) / batch.length;
      }
      return total / batch.length;
    },
    score({ weight }) {
      let [residual, variance] = [0, 0];
      for (let i = TRAINING; i < EXAMPLES; i++) {
        residual += (predict(weight, i) - y[i]) ** 2;
        variance += y[i] ** 2;
      }
      return 1 - residual / variance;
    },
  };
}

/** Returns points of ten classes, each with several overlapping clusters. */
function clusters({ size, perClass, spread, seed }) {
  const random = generator(seed);
  const centers = Float64Array.from({ length: CLASSES * perClass * size }, () => random.normal());
  const x = new Float32Array(EXAMPLES * size);
  const labels = new Uint8Array(EXAMPLES);
  for (let i = 0; i < EXAMPLES; i++) {
    labels[i] = random.below(CLASSES);
    const center = (labels[i] * perClass + random.below(perClass)) * size;
    // Not centered, like pixels.
    for (let j = 0; j < size; j++)
      x[i * size + j] = 0.5 + scale(j, size) * (centers[center + j] + spread * random.normal());
  }
  return { x, labels };
}

/** Returns a classifier with one hidden layer, or none (`hidden: 0`). @returns {Problem} */
function classifier({ name, size, hidden, ...data }) {
  const { x, labels } = clusters({ size, ...data });
  const h = new Float64Array(hidden || size);
  const p = new Float64Array(CLASSES);
  const last = hidden || size;

  /** Computes the hidden layer into h and the logits into p. */
  const forward = (values, i) => {
    if (hidden) dense(values.weight1, values.bias1, x, i * size, size, h, Math.max);
    else for (let j = 0; j < size; j++) h[j] = x[i * size + j];
    dense(values.weight, values.bias, h, 0, last, p);
  };
  return {
    name,
    shapes: { ...(hidden && { weight1: [hidden, size], bias1: [hidden] }), weight: [CLASSES, last], bias: [CLASSES] },
    initialize(values, seed) {
      const random = generator(seed);
      // As in PyTorch: uniform, up to one over the root of the number of inputs.
      for (const [name, tensor] of Object.entries(values)) {
        const limit = (name.endsWith("1") ? size : last) ** -0.5;
        for (let i = 0; i < tensor.length; i++) tensor[i] = limit * (2 * random.uniform() - 1);
      }
    },
    loss(values, gradients, batch) {
      for (const gradient of Object.values(gradients)) gradient.fill(0);
      let total = 0;
      for (const i of batch) {
        forward(values, i);
        const largest = Math.max(...p);
        let sum = 0;
        for (let k = 0; k < CLASSES; k++) sum += Math.exp(p[k] - largest);
        total += Math.log(sum) + largest - p[labels[i]];
        for (let k = 0; k < CLASSES; k++) {
          p[k] = (Math.exp(p[k] - largest) / sum - (k === labels[i] ? 1 : 0)) / batch.length;
          gradients.bias[k] += p[k];
          for (let j = 0; j < last; j++) gradients.weight[k * last + j] += p[k] * h[j];
        }
        for (let a = 0; a < hidden; a++) {
          if (h[a] === 0) continue;
          let g = 0;
          for (let k = 0; k < CLASSES; k++) g += p[k] * values.weight[k * last + a];
          gradients.bias1[a] += g;
          for (let j = 0; j < size; j++) gradients.weight1[a * size + j] += g * x[i * size + j];
        }
      }
      return total / batch.length;
    },
    score(values) {
      let correct = 0;
      for (let i = TRAINING; i < EXAMPLES; i++) {
        forward(values, i);
        if (p.indexOf(Math.max(...p)) === labels[i]) correct++;
      }
      return correct / HELD_OUT;
    },
  };
}

/** Computes out = weight x + bias, optionally rectified. */
function dense(weight, bias, x, at, size, out, limit) {
  for (let k = 0; k < out.length; k++) {
    let sum = bias[k];
    for (let j = 0; j < size; j++) sum += weight[k * size + j] * x[at + j];
    out[k] = limit ? limit(0, sum) : sum;
  }
}

export const PROBLEMS = [
  leastSquares(),
  classifier({ name: "softmax regression", size: 20, hidden: 0, perClass: 1, spread: 1.7, seed: 2 }),
  classifier({ name: "two-layer net", size: 12, hidden: 20, perClass: 2, spread: 0.9, seed: 3 }),
];
