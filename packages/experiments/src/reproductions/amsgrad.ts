import { adam, amsgradCounterexample, trace } from "@downhill/optim";
import { toCsv } from "@downhill/train/text";
import { linesPlot } from "./plots/lines-plot.ts";
import type { Reproduction } from "./reproduction.ts";

/** Steps of the example after which its gradients repeat. */
const PERIOD = 101;
const PERIODS = 100;
const CASES = [
  { start: 0, lr: 0.5 },
  { start: -1, lr: 1 },
  { start: 1, lr: 1 },
];

/** The synthetic experiment of Reddi, Kale and Kumar: Adam converges to the worst point, AMSGrad to the best. */
export const amsgrad: Reproduction = {
  name: "amsgrad",
  title: "On the convergence of Adam and beyond",
  paper: "https://arxiv.org/abs/1904.09237",
  summary:
    "On a one-dimensional convex problem, Adam converges to the worst point of the interval, and AMSGrad to the best.",
  trainings: null,
  run() {
    const ends = CASES.map(({ start, lr }) => ({
      start,
      adam: lastMean(false, lr, start),
      amsgrad: lastMean(true, lr, start),
    }));
    const listed = (key: "adam" | "amsgrad"): string =>
      ends.map(({ start, [key]: end }) => `${end.toFixed(2)} from ${start}`).join(", ");
    const [first] = CASES as [(typeof CASES)[number]];
    const curves = [false, true].map((isAmsgrad) => ({
      name: isAmsgrad ? "AMSGrad" : "Adam",
      points: path(isAmsgrad, first.lr, first.start),
    }));
    return {
      claims: [
        {
          statement: "Adam converges to x = 1, the worst point (section 5)",
          measured: `mean of the last ${PERIOD} of ${PERIOD * PERIODS} steps: ${listed("adam")}`,
          holds: ends.every(({ adam: end }) => end > 0.7),
        },
        {
          statement: "AMSGrad converges to x = -1, the best point (section 5)",
          measured: `mean of the last ${PERIOD} of ${PERIOD * PERIODS} steps: ${listed("amsgrad")}`,
          holds: ends.every(({ amsgrad: end }) => end < -0.7),
        },
      ],
      method: `The gradient is 1010 in one of ${PERIOD} steps and -10 in all others, on the interval from -1 to 1. beta1 = 0.9 and beta2 = 0.99 are the paper's; the learning rate falls with the root of the step, as in its theorems. Its figure has millions of steps; at these rates ${PERIOD * PERIODS} suffice.`,
      files: new Map([
        ["paths.svg", linesPlot({ title: "Adam's counterexample", x: "step", y: "x", curves })],
        [
          "paths.csv",
          toCsv(curves.flatMap(({ name, points }) => points.map((x, step) => ({ method: name, step, x })))),
        ],
      ]),
    };
  },
};

const path = (isAmsgrad: boolean, lr: number, start: number): number[] => {
  const optimizer = adam({ lr: (step) => lr / Math.sqrt(step + 1), beta1: 0.9, beta2: 0.99, amsgrad: isAmsgrad });
  return trace(optimizer, amsgradCounterexample, [start], PERIODS * PERIOD).points.map(([x = 0]) => x);
};

function lastMean(isAmsgrad: boolean, lr: number, start: number): number {
  const last = path(isAmsgrad, lr, start).slice(-PERIOD);
  return last.reduce((sum, x) => sum + x, 0) / last.length;
}
