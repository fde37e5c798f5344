import { generator } from "./random.mjs";

/**
 * Something small to train on examples that are numbered from 0; the first `TRAINING` are to train on.
 *
 * @typedef {object} Problem
 * @property {string} name
 * @property {Record<string, number[]>} shapes
 * @property {(values: Tensors, seed: number) => void} initialise
 * @property {(values: Tensors, gradients: Tensors, batch: ArrayLike<number>) => number} loss the mean over a batch, and
 *   its gradient
 * @property {(values: Tensors) => number} score on what was held out: the share of right answers, or of the variance
 *   explained
 */

/** @typedef {Record<string, Float32Array>} Tensors */

export const TRAINING = 16_000;
const HELD_OUT = 4000;
const EXAMPLES = TRAINING + HELD_OUT;
const CLASSES = 10;

/** Inputs of very different variance, as pixels have: from 1 to a hundredth. */
const scale = (j, size) => 10 ** (-j / (size - 1));

/** Least squares in 20 dimensions. @returns {Problem} */
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
    initialise: ({ weight }) => weight.fill(0),
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

/** Points of ten classes, each of some clusters that overlap. */
function clusters({ size, perClass, spread, seed }) {
  const random = generator(seed);
  const centres = Float64Array.from({ length: CLASSES * perClass * size }, () => random.normal());
  const x = new Float32Array(EXAMPLES * size);
  const labels = new Uint8Array(EXAMPLES);
  for (let i = 0; i < EXAMPLES; i++) {
    labels[i] = random.below(CLASSES);
    const centre = (labels[i] * perClass + random.below(perClass)) * size;
    // Not centred, as pixels are not.
    for (let j = 0; j < size; j++)
      x[i * size + j] = 0.5 + scale(j, size) * (centres[centre + j] + spread * random.normal());
  }
  return { x, labels };
}

/** A net for classes, of one hidden layer or (`hidden: 0`) none. @returns {Problem} */
function classifier({ name, size, hidden, ...data }) {
  const { x, labels } = clusters({ size, ...data });
  const h = new Float64Array(hidden || size);
  const p = new Float64Array(CLASSES);
  const last = hidden || size;

  /** Leaves the hidden layer in h, the logits in p. */
  const forward = (values, i) => {
    if (hidden) dense(values.weight1, values.bias1, x, i * size, size, h, Math.max);
    else for (let j = 0; j < size; j++) h[j] = x[i * size + j];
    dense(values.weight, values.bias, h, 0, last, p);
  };
  return {
    name,
    shapes: { ...(hidden && { weight1: [hidden, size], bias1: [hidden] }), weight: [CLASSES, last], bias: [CLASSES] },
    initialise(values, seed) {
      const random = generator(seed);
      // PyTorch's: uniform, up to one over the root of the number of inputs.
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
      let right = 0;
      for (let i = TRAINING; i < EXAMPLES; i++) {
        forward(values, i);
        if (p.indexOf(Math.max(...p)) === labels[i]) right++;
      }
      return right / HELD_OUT;
    },
  };
}

/** out = weight x + bias, or the larger of it and 0. */
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
