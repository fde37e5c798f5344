import { generator } from "./random.mjs";

/**
 * Range test as a formula: the noise-free loss as a function of u, the decimal logarithm of the rate.
 *
 * @typedef {object} Curve
 * @property {string} name
 * @property {string} what shape of the curve
 * @property {(u: number) => number} loss
 */

/**
 * Curve without a good rate, with the reason.
 *
 * @typedef {Curve & { why: "never falls" | "began too high" | "ended too low", from?: number, to?: number }} Unanswerable
 */

/** Initial loss of a network with ten classes: that of guessing. */
const START = Math.log(10);
/** Rises from 0 to 1, from a tenth to nine tenths within `width` decades around `center`. */
const step = (u, center, width) => 1 / (1 + Math.exp((-4.4 * (u - center)) / width));
/** Rises linearly from 0 at `from` to 1 at `to`. */
const ramp = (u, from, to) => Math.min(1, Math.max(0, (u - from) / (to - from)));
const bump = (u, center, width) => Math.exp(-(((u - center) / width) ** 2));
/** Is 1 at `center` and grows tenfold every `width` decades. */
const burst = (u, center, width) => 10 ** Math.min(6, (u - center) / width);

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
  { name: "soft rise", what: "rises slowly and never blows up, as with normalized networks", loss: soft },
  {
    name: "collapse",
    what: "jumps to a plateau above the start, as with a network that has forgotten everything",
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
 * Noise levels: `level` is the standard deviation before the fall, relative to the fall. During the fall the noise grows to
 * three times that. `spikes` is the probability of an outlier. (Small image networks with batch size 64 and sweeps of 100
 * steps have medians of 3 % before the fall, 5 % in it and 36 % at its bottom.)
 */
export const NOISES = [
  { name: "3 %", level: 0.03, spikes: 0 },
  { name: "6 %", level: 0.06, spikes: 0 },
  { name: "12 %, spikes", level: 0.12, spikes: 0.03 },
];

const STEPS = 100;
/** Range of fastai's sweep, as decimal logarithms. */
const [FROM, TO] = [-7, 1];

/** Returns start, fall and edges of a noise-free curve. @param {Curve} curve */
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
 * Returns the basin of a curve. It ends at half of the edge, the rate where the noise-free loss has lost half of its fall.
 * It starts where two thirds of the fall are done, or at a tenth of the edge if that is lower. (Rules of thumb: the loss
 * should have fallen; stay well below the divergence, but by no more than ten times.)
 *
 * @param {Curve} curve
 * @returns {[low: number, high: number]}
 */
export function basin(curve) {
  const { down, edge } = landmarks(curve);
  return [Math.min(10 ** down, 10 ** edge / 10), 10 ** edge / 2];
}

/** Simulates a range test along a curve. @param {Curve | Unanswerable} curve @param {number} seed */
export function rangeTest(curve, { level, spikes }, seed) {
  const { from = FROM, to = TO } = /** @type {Partial<Unanswerable>} */ (curve);
  const random = generator(seed);
  const answerable = !("why" in curve);
  const fall = answerable ? landmarks(curve).fall : 1;
  const [lr, loss] = [[], []];
  for (let i = 0; i < STEPS; i++) {
    const u = from + ((to - from) * i) / (STEPS - 1);
    const clean = curve.loss(u);
    const learned = answerable ? Math.min(1, Math.abs(clean - START) / fall) : 0;
    const spike = random.uniform() < spikes ? fall * (0.3 + random.uniform()) : 0;
    lr.push(10 ** u);
    loss.push(clean + level * fall * (1 + 2 * learned) * random.normal() + spike);
  }
  return { lr, loss, steps: STEPS };
}
