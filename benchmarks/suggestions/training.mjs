import { adam, oneCycle, Parameters, sgd, sweep } from "@downhill/optim";
import { TRAINING } from "./problems.mjs";
import { generator } from "./random.mjs";

/** @typedef {import("./problems.mjs").Problem} Problem */

export const OPTIMIZERS = { "SGD with momentum": (lr) => sgd({ lr, momentum: 0.9 }), Adam: (lr) => adam({ lr }) };

/**
 * Trains a problem until a loss is not finite. Returns the loss of each batch before its step, and the trained tensors.
 *
 * @param {Problem} problem
 * @param {{ optimizer: keyof typeof OPTIMIZERS, lr: any, steps: number, batchSize: number, seed: number }} run
 */
function train(problem, { optimizer, lr, steps, batchSize, seed }) {
  const parameters = new Parameters(problem.shapes);
  const tensors = (view) => Object.fromEntries(Object.keys(problem.shapes).map((name) => [name, view(name)]));
  const values = tensors((name) => parameters.value(name));
  const gradients = tensors((name) => parameters.gradient(name));
  problem.initialize(values, seed);
  const updater = OPTIMIZERS[optimizer](lr).bind(parameters, { guard: "allow" });
  const random = generator(seed);
  const loss = [];
  while (loss.length < steps) {
    const batch = Array.from({ length: batchSize }, () => random.below(TRAINING));
    loss.push(problem.loss(values, gradients, batch));
    if (!Number.isFinite(loss.at(-1))) break;
    updater.step();
  }
  return { loss, values };
}

/** Runs a range test of a problem over the range of rates that suits small problems. */
export function rangeTest(problem, optimizer, batchSize, steps, seed) {
  const lr = sweep({ from: 1e-5, to: 10, steps });
  const { loss } = train(problem, { optimizer, lr, steps, batchSize, seed });
  return { lr: loss.map((_, step) => lr(step)), loss, steps };
}

/** Maximum regret within the basin: 1.5 points of accuracy or of explained variance. */
const TOLERANCE = 0.015;
const STEPS = 1000;
/** Rates a quarter of a decade apart; values in between are interpolated. */
const GRID = Array.from({ length: 15 }, (_, i) => 10 ** (-2.5 + i / 4));
/** Seeds that differ from those of the range tests. */
const SEEDS = [1_000_001, 1_000_002];

/**
 * Measures the basin: the peak rates of OneCycle that train about as well as the best one of a grid.
 *
 * @param {Problem} problem
 * @param {keyof typeof OPTIMIZERS} optimizer
 * @param {number} batchSize
 * @returns {[low: number, high: number]}
 */
export function measureBasin(problem, optimizer, batchSize) {
  const scores = GRID.map((maxLr) => {
    const lr = oneCycle({ maxLr, totalSteps: STEPS });
    const each = SEEDS.map((seed) => {
      const { values, loss } = train(problem, { optimizer, lr, steps: STEPS, batchSize, seed });
      const score = loss.length < STEPS ? 0 : problem.score(values);
      return score > 0 ? score : 0;
    });
    return each.reduce((a, b) => a + b) / each.length;
  });
  const level = Math.max(...scores) - TOLERANCE;
  const [low, high] = [scores.findIndex((score) => score >= level), scores.findLastIndex((score) => score >= level)];
  return [passing(scores, level, low, low - 1), passing(scores, level, high, high + 1)];
}

/** Interpolates the rate between two grid points at which the score passes a level; returns the end of the grid there. */
function passing(scores, level, inside, outside) {
  if (scores[outside] === undefined) return GRID[inside];
  const part = (scores[inside] - level) / (scores[inside] - scores[outside]);
  return GRID[inside] ** (1 - part) * GRID[outside] ** part;
}
