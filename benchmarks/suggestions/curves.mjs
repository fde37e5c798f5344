import { generator } from "./random.mjs";

/**
 * Range tests as formulas: the noise-free loss against u, the decimal logarithm of the rate.
 *
 * @typedef {object} Curve
 * @property {string} name
 * @property {string} what it looks like
 * @property {(u: number) => number} loss
 */

/**
 * A curve without an answer, and why.
 *
 * @typedef {Curve & { why: "never falls" | "began too high" | "ended too low", from?: number, to?: number }} Unanswerable
 */

/** The loss of guessing one of ten classes, where an untrained net begins. */
const START = Math.log(10);
/** From 0 to 1; most of it, from a tenth to nine tenths, in `width` decades around `centre`. */
const step = (u, centre, width) => 1 / (1 + Math.exp((-4.4 * (u - centre)) / width));
/** From 0 at `from` to 1 at `to`, straight. */
const ramp = (u, from, to) => Math.min(1, Math.max(0, (u - from) / (to - from)));
const bump = (u, centre, width) => Math.exp(-(((u - centre) / width) ** 2));
/** 1 at `centre`, and ten times as much every `width` decades. */
const burst = (u, centre, width) => 10 ** Math.min(6, (u - centre) / width);

const wide = (u) => START - 1.6 * step(u, -3.2, 1) + burst(u, -0.3, 0.3);
const soft = (u) => START - 1.3 * step(u, -3, 1) + 1.1 * ramp(u, -1.8, 1);

/** @type {readonly Curve[]} */
export const CURVES = [
  { name: "wide basin", what: "falls in a decade, blows up two later", loss: wide },
  {
    name: "narrow basin",
    what: "falls in half a decade, blows up half a decade later",
    loss: (u) => START - 1.2 * step(u, -2.2, 0.5) + burst(u, -1.2, 0.2),
  },
  {
    name: "two falls",
    what: "a third of the fall, a flat decade, the rest",
    loss: (u) => START - 0.6 * step(u, -4, 0.8) - 1.2 * step(u, -2, 0.8) + burst(u, -0.3, 0.3),
  },
  {
    name: "slow fall",
    what: "falls evenly over three decades",
    loss: (u) => START - 1.5 * ramp(u, -4.5, -1.5) + burst(u, -0.3, 0.3),
  },
  {
    name: "bump first",
    what: "rises by a third of the fall before it falls",
    loss: (u) => START + 0.5 * bump(u, -3.7, 0.4) - 1.5 * step(u, -2.4, 0.8) + burst(u, -0.5, 0.3),
  },
  {
    name: "wall",
    what: "blows up in a tenth of a decade, while it still falls",
    loss: (u) => START - 1.8 * step(u, -1.8, 1.2) + burst(u, -0.9, 0.1),
  },
  { name: "soft rise", what: "rises slowly and never blows up, as normalised nets do", loss: soft },
  {
    name: "collapse",
    what: "jumps to a plateau above the start, as a net that has forgotten everything does",
    loss: (u) => START - 1.4 * step(u, -3, 0.8) + 1.6 * step(u, -1.5, 0.3),
  },
];

/** @type {readonly Unanswerable[]} */
export const UNANSWERABLE = [
  { name: "noise", what: "nothing but noise", why: "never falls", loss: () => START },
  {
    name: "noise, then a blow-up",
    what: "flat until it blows up",
    why: "never falls",
    loss: (u) => START + burst(u, -0.3, 0.3),
  },
  {
    name: "rises from the start",
    what: "the soft rise from its bottom on",
    why: "began too high",
    from: -1.8,
    loss: soft,
  },
  {
    name: "begins in the fall",
    what: "the wide basin from the middle of its fall on",
    why: "began too high",
    from: -3.2,
    loss: wide,
  },
  {
    name: "blows up at once",
    what: "a blow-up in the first decade of eight",
    why: "began too high",
    loss: (u) => START + burst(u, -6.5, 0.3),
  },
  {
    name: "ends in the fall",
    what: "the wide basin up to the middle of its fall",
    why: "ended too low",
    to: -3.2,
    loss: wide,
  },
];

/**
 * How noisy: the standard deviation before the fall, as a share of it. While the loss falls noise grows with what has
 * been learnt, to three times that. `spikes` is how often a loss is an outlier. (Small image nets with batches of 64
 * have medians of 3 % before the fall, 5 % in it and 36 % at its bottom, sweeps of 100 steps taken.)
 */
export const NOISES = [
  { name: "3 %", level: 0.03, spikes: 0 },
  { name: "6 %", level: 0.06, spikes: 0 },
  { name: "12 %, spikes", level: 0.12, spikes: 0.03 },
];

const STEPS = 100;
/** fastai's sweep. */
const [FROM, TO] = [-7, 1];

/** Where a noise-free curve starts and how far it falls, and where. @param {Curve} curve */
export function landmarks({ loss }) {
  const us = Array.from({ length: 801 }, (_, i) => FROM + ((TO - FROM) * i) / 800);
  const losses = us.map(loss);
  const [start, least] = [losses[0], Math.min(...losses)];
  const bottom = losses.indexOf(least);
  const fall = start - least;
  const down = losses.findLastIndex((value, i) => i < bottom && value > least + fall / 3);
  const up = losses.findIndex((value, i) => i > bottom && value > least + fall / 2);
  return { start, fall, down: us[down], edge: us[up] };
}

/**
 * The basin of a curve: up to half of the edge, the rate where the noise-free loss has lost half of its fall again; and
 * from where two thirds of the fall are done, or a tenth of the edge if that is lower. (The rules of thumb: the loss
 * should have fallen; stay well below where it blows up, by ten times at most.)
 *
 * @param {Curve} curve
 * @returns {[low: number, high: number]}
 */
export function basin(curve) {
  const { down, edge } = landmarks(curve);
  return [Math.min(10 ** down, 10 ** edge / 10), 10 ** edge / 2];
}

/** A range test along a curve. @param {Curve | Unanswerable} curve @param {number} seed */
export function rangeTest(curve, { level, spikes }, seed) {
  const { from = FROM, to = TO } = /** @type {Partial<Unanswerable>} */ (curve);
  const random = generator(seed);
  const answerable = !("why" in curve);
  const fall = answerable ? landmarks(curve).fall : 1;
  const [lr, loss] = [[], []];
  for (let i = 0; i < STEPS; i++) {
    const u = from + ((to - from) * i) / (STEPS - 1);
    const clean = curve.loss(u);
    const learnt = answerable ? Math.min(1, Math.abs(clean - START) / fall) : 0;
    const spike = random.uniform() < spikes ? fall * (0.3 + random.uniform()) : 0;
    lr.push(10 ** u);
    loss.push(clean + level * fall * (1 + 2 * learnt) * random.normal() + spike);
  }
  return { lr, loss, steps: STEPS };
}
