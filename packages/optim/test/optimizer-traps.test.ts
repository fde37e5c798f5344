import { expect, test } from "vitest";
import {
  adabelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamw,
  ademamix,
  adopt,
  aggmo,
  asgd,
  dadaptAdamw,
  lamb,
  lars,
  muon,
  nadam,
  novograd,
  type Optimizer,
  prodigy,
  qhadam,
  radam,
  rmsprop,
  rprop,
  scheduleFreeAdamw,
  scheduleFreeSgd,
  sgd,
  sm3,
  yogi,
} from "../src/index.ts";
import { Run, track } from "./run.ts";

const { sqrt } = Math;

const GRADIENTS = [1, -2, 0.5, 0, 3, -1, 1, 0.1];

const rate =
  (...values: readonly number[]) =>
  (step: number): number =>
    values[step] as number;

const nadamMu = (t: number): number => 0.9 * (1 - 0.5 * 0.96 ** (t * 4e-3));

function rectification(t: number, beta2: number): number {
  const decay = beta2 ** t;
  const most = 2 / (1 - beta2) - 1;
  const rho = most - (2 * t * decay) / (1 - decay);
  return sqrt(((rho - 4) * (rho - 2) * most) / ((most - 4) * (most - 2) * rho));
}

function matrix(
  optimizer: Optimizer,
  shape: readonly number[],
  gradients: readonly (readonly number[])[],
  start = 0,
): number[] {
  const run = new Run(optimizer, { x: { shape, start: gradients[0]?.map(() => start) as number[] } });
  for (const gradient of gradients) run.step(() => gradient);
  return run.values();
}

/**
 * Traps in which other implementations differ, each with the name of the wrong variant, and weights of one element
 * after each step.
 */
const TRAPS: readonly (readonly [trap: string, found: () => readonly number[], expected: readonly number[]])[] = [
  // SGD.
  [
    "SGD: the first buffer is not dampened",
    () => track(sgd({ lr: 1, momentum: 0.5, dampening: 0.5 }), [1, 1]),
    [-1, -2],
  ],
  [
    "SGD: weight decay goes through momentum",
    () => track(sgd({ lr: 1, momentum: 0.9, weightDecay: 0.1 }), [0, 0], 1),
    [0.9, 0.72],
  ],
  [
    "SGD: a falling rate does not scale the buffer",
    () => track(sgd({ lr: rate(1, 0.1), momentum: 0.9 }), [1, 1]),
    [-1, -1.19],
  ],
  [
    "SGD: with lrInMomentum, as Keras, it does not shorten the buffer",
    () => track(sgd({ lr: rate(1, 0.1), momentum: 0.9, lrInMomentum: true }), [1, 1]),
    [-1, -2],
  ],
  [
    "SGD: with lrInMomentum and nesterov, as Keras",
    () => track(sgd({ lr: rate(1, 0.1), momentum: 0.9, nesterov: true, lrInMomentum: true }), [1, 1]),
    [-1.9, -1.9 - 0.1 - 0.9],
  ],
  // Adam and its kin.
  ["Adam: eps is added to the corrected root", () => track(adam({ lr: 1, eps: 1 }), [1]), [-0.5]],
  [
    "Adam: with epsHat, as TensorFlow, before correction",
    () => track(adam({ lr: 1, eps: 1, epsHat: true }), [1]),
    [-sqrt(0.001) / (sqrt(0.001) + 1)],
  ],
  [
    "Adam: weight decay is L2, and divided by its own size",
    () => track(adam({ lr: 0.1, weightDecay: 0.5, eps: 0 }), [0], 1),
    [0.9],
  ],
  [
    "AMSGrad: the largest square is found before correction",
    () => track(adam({ lr: 1, eps: 0, amsgrad: true }), [1, 0]),
    [-1, -1 - 0.09 / 0.19 / sqrt(0.001 / (1 - 0.999 ** 2))],
  ],
  ["AdamW: decay comes before the step", () => track(adamw({ lr: 0.1, weightDecay: 1, eps: 0 }), [1], 1), [0.8]],
  [
    "AdamW: decay follows the rate",
    () => track(adamw({ lr: rate(0.1, 0.05), weightDecay: 0.5 }), [0, 0], 1),
    [0.95, 0.95 * 0.975],
  ],
  [
    "Adamax: eps is inside of the maximum",
    () => track(adamax({ lr: 1, beta2: 0.5, eps: 1 }), [0.5, 0]),
    [-0.5 / 1.5, -0.5 / 1.5 - 0.045 / 0.19],
  ],
  [
    "NAdam: momentum warms up by 0.96^(t psi), psi = 0.004",
    () => track(nadam({ lr: 1, eps: 0 }), [1]),
    [-1 - (nadamMu(2) * 0.1) / (1 - nadamMu(1) * nadamMu(2))],
  ],
  [
    "RAdam: steps 1 to 5 are not divided, the sixth is",
    () => track(radam({ lr: 0.1, eps: 0 }), [2, 2, 2, 2, 2, 2]),
    [-0.2, -0.4, -0.6, -0.8, -1, -1 - 0.1 * rectification(6, 0.999)],
  ],
  [
    "RAdam: eps is added before correction",
    () => track(radam({ lr: 1, beta1: 0, beta2: 0.9, eps: 1 }), Array(6).fill(1)),
    [-1, -2, -3, -4, -5, -5 - rectification(6, 0.9) / (1 + 1 / sqrt(1 - 0.9 ** 6))],
  ],
  [
    "Yogi: means start above zero, so a weight without gradient moves",
    () => track(yogi({ lr: 1 }), [0]),
    [-9e-6 / (sqrt(1e-3) + 1e-3)],
  ],
  [
    "AdaBelief: the deviation is from the new mean, and epsRoot is stored",
    () => track(adabelief({ lr: 1, eps: 0, epsRoot: 1 }), [1]),
    [-1 / sqrt((0.001 * 0.81 + 1) / 0.001)],
  ],
  [
    "ADOPT: the first step only measures; quotients are clipped to (t - 1)^(1/4)",
    () => track(adopt({ lr: 1, beta1: 0 }), [1, 10, -100]),
    [0, -1, -1 + 2 ** 0.25],
  ],
  ["AdEMAMix: the slow mean is not corrected", () => track(ademamix({ lr: 1, eps: 0 }), [1]), [-1 - 5 * (1 - 0.9999)]],
  [
    "QHAdam: at nu1 = nu2 = 1 it is Adam",
    () => track(qhadam({ lr: 0.1, beta1: 0.9, nu1: 1 }), GRADIENTS),
    track(adam({ lr: 0.1 }), GRADIENTS),
  ],
  [
    "QHAdam: at nu1 = 0 and nu2 = 0 it divides a gradient by itself",
    () => track(qhadam({ lr: 1, nu1: 0, nu2: 0, eps: 0 }), [3, -5]),
    [-1, 0],
  ],
  // Adagrad, RMSprop, Adadelta.
  ["Adagrad: eps is outside the root", () => track(adagrad({ lr: 1, eps: 1 }), [2]), [-2 / 3]],
  [
    "Adagrad: with epsInRoot, as TensorFlow, inside",
    () => track(adagrad({ lr: 1, eps: 1, epsInRoot: true }), [2]),
    [-2 / sqrt(5)],
  ],
  [
    "Adagrad: the rate falls from the second step on",
    () => track(adagrad({ lr: 1, lrDecay: 1, eps: 0 }), [1, 0, sqrt(3)]),
    [-1, -1, -1 - sqrt(3) / 2 / 3],
  ],
  [
    "Adagrad: the accumulator's start is added once",
    () => track(adagrad({ lr: 1, initialAccumulatorValue: 3, eps: 0 }), [1, 2]),
    [-0.5, -0.5 - 2 / sqrt(8)],
  ],
  [
    "RMSprop: the mean starts at zero, and eps is outside of the root",
    () => track(rmsprop({ lr: 1, eps: 1 }), [1]),
    [-1 / 1.1],
  ],
  [
    "RMSprop: with epsInRoot, as TensorFlow, inside",
    () => track(rmsprop({ lr: 1, eps: 1, epsInRoot: true }), [1]),
    [-1 / sqrt(1.01)],
  ],
  [
    "RMSprop: a falling rate does not scale the buffer",
    () => track(rmsprop({ lr: rate(1, 0.1), alpha: 0, eps: 0, momentum: 0.9 }), [1, 1]),
    [-1, -1.19],
  ],
  [
    "RMSprop: with lrInMomentum, as TensorFlow, it does not shorten the buffer",
    () => track(rmsprop({ lr: rate(1, 0.1), alpha: 0, eps: 0, momentum: 0.9, lrInMomentum: true }), [1, 1]),
    [-1, -2],
  ],
  ["Adadelta: divides by the mean with the newest square", () => track(adadelta({ eps: 1 }), [1]), [-1 / sqrt(1.1)]],
  [
    "Adadelta: remembers steps before the rate scales them",
    () => track(adadelta({ lr: 0.5, rho: 0, eps: 1 }), [1, 1]),
    [-0.5 * sqrt(0.5), -0.5 * sqrt(0.5) - 0.5 * sqrt(0.75)],
  ],
  // Others.
  [
    "Rprop: no move after a flip, and a factor of 1 in the step after it",
    () => track(rprop({ lr: 0.1 }), [1, -1, -1, -1]),
    [-0.1, -0.1, -0.05, 0.01],
  ],
  ["Rprop: the rate is the first step's", () => track(rprop({ lr: rate(0.1, 100) }), [1, 1]), [-0.1, -0.22]],
  ["Rprop: gradients whose product underflows agree", () => track(rprop({ lr: 0.1 }), [1e-200, 1e-200]), [-0.1, -0.22]],
  [
    "ASGD: a schedule acts one step late",
    () => track(asgd({ lr: rate(0.5, 0.25, 0), lambd: 0 }), [1, 1, 1]),
    [-0.5, -1, -1.25],
  ],
  [
    "NovoGrad: the first mean is the first square, and momentum has no factor",
    () => track(novograd({ lr: 1, eps: 0 }), [2, 4]),
    [-1, -1.9 - 4 / sqrt(13)],
  ],
  [
    "LARS: a falling rate does not scale the buffer, which holds it",
    () => track(lars({ lr: rate(1, 0.1), trustCoefficient: 1 }), [5, 5], 1),
    [0, -0.9 - 0.1 * 5],
  ],
  [
    "LARS: eps is added to the norm of the gradient",
    () => track(lars({ trustCoefficient: 1, eps: 1 }), [3], 1),
    [1 - 3 / 4],
  ],
  [
    "LARS: the norm is of gradient and decay together",
    () => track(lars({ trustCoefficient: 0.5, weightDecay: 1 }), [-0.9], 1),
    [0.5],
  ],
  [
    "LAMB: the ratio is not clipped, and is 1 at zero",
    () => [...track(lamb({ lr: 0.1, eps: 0 }), [1], 1000), ...track(lamb({ lr: 0.1, eps: 0 }), [1])],
    [900, -0.1],
  ],
  [
    "AggMo: buffers have no factor, and their mean is the step",
    () => track(aggmo({ lr: 3 }), [1, 1]),
    [-3, -3 - (1 + 1.9 + 1.99)],
  ],
  [
    "AggMo: with three equal betas it is SGD with momentum",
    () => track(aggmo({ lr: 0.1, beta1: 0.9, beta3: 0.9 }), GRADIENTS),
    track(sgd({ lr: 0.1, momentum: 0.9 }), GRADIENTS),
  ],
  [
    "schedule-free: the first average is z itself; warm-up starts at lr / warmupSteps",
    () => track(scheduleFreeSgd({ lr: 0.1, warmupSteps: 4 }), [1], 1),
    [1 - 0.025],
  ],
  [
    "schedule-free SGD: averages by the largest rate so far",
    () => track(scheduleFreeSgd({ lr: rate(1, 0.5) }), [1, 1]),
    [-1, -0.9 * 1.25 - 0.1 * 1.5],
  ],
  [
    "schedule-free AdamW: averages by the largest rate so far",
    () => track(scheduleFreeAdamw({ lr: rate(1, 0.5), eps: 0 }), [1, 1]),
    [-1, -0.9 * 1.25 - 0.1 * 1.5],
  ],
  ["Prodigy: without any gradient the estimate stays finite", () => track(prodigy(), [0, 0], 1), [1, 1]],
  ["D-Adapt: without any gradient the estimate stays finite", () => track(dadaptAdamw(), [0, 0], 1), [1, 1]],
  // Matrices.
  [
    "SM3: an element's sum is the smallest that covers it",
    () =>
      matrix(
        sm3({ lr: 1, momentum: 0, eps: 0 }),
        [2, 2],
        [
          [1, 2, 3, 4],
          [1, 0, 0, 0],
        ],
      ),
    [-1 - 1 / sqrt(5), -1, -1, -1],
  ],
  [
    "Muon: weight decay takes the rate before it is adjusted",
    () => matrix(muon({ lr: 0.5 }), [4, 1], [[0, 0, 0, 0]], 1),
    Array(4).fill(0.95),
  ],
  [
    "Muon: a step of a single column has the length lr sqrt(rows / columns), as far as five iterations go",
    () => matrix(muon({ lr: 1, weightDecay: 0, nsA: 1.5, nsB: -0.5, nsC: 0 }), [4, 1], [[3, 0, 0, 0]]),
    [-2, 0, 0, 0],
  ],
  [
    "Adafactor: a step is a share of the weights' root mean square, however long the gradient",
    () => matrix(adafactor({ lr: 0.1 }), [2, 2], [[5, 5, 5, 5]], 3),
    Array(4).fill(2.7),
  ],
  [
    "Adafactor: the rate is at most 1 / sqrt(t), and the scale at least eps2",
    () =>
      matrix(
        adafactor({ lr: 10 }),
        [1, 2],
        [
          [5, 5],
          [5, 5],
        ],
        3,
      ),
    Array(2).fill(-1e-3 / sqrt(2)),
  ],
  [
    "Adafactor: eps1 is squared in the root, so a gradient of 1e-9 is not lost",
    () => matrix(adafactor({ lr: 0.1 }), [2, 2], [Array(4).fill(1e-9)], 3),
    Array(4).fill(2.7),
  ],
  [
    "Adafactor: an eps1 of 1 divides smaller gradients by 1",
    () => matrix(adafactor({ lr: 0.1, eps1: 1 }), [2, 2], [Array(4).fill(0.5)], 3),
    Array(4).fill(3 - 0.3 * 0.5),
  ],
];

test.each(TRAPS)("%s", (_, found, expected) => {
  expect(found()).toEqual(expected.map((x) => expect.closeTo(x, 7)));
});

/** tf.js's centered RMSprop takes the root of a negative number after 153 such steps. */
test.each(["float32", "float64"] as const)(
  "RMSprop: centered, it stays finite under a constant gradient (%s)",
  (dtype) => {
    const values = track(rmsprop({ centered: true, alpha: 0.5 }), Array(200).fill(1.1), 0, { dtype });
    expect(values.every(Number.isFinite)).toBe(true);
  },
);
