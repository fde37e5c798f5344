// An example of every kind of schedule over 100 steps, as the README's picture and the benchmark show them.
import { schedules } from "@downhill/optim";

const {
  batchSizes,
  chain,
  clamp,
  constant,
  cosine,
  cosineWarmRestarts,
  cyclical,
  exponential,
  flatCosine,
  inEpochs,
  inverseTime,
  linear,
  multiStep,
  noisy,
  oneCycle,
  piecewise,
  polynomial,
  reciprocal,
  reciprocalSqrt,
  scale,
  sequence,
  step,
  sweep,
  tanh,
  warmup,
  warmupStableDecay,
} = schedules;

const base = 0.1;
const cycle = { baseLr: 0.01, maxLr: base, stepSizeUp: 10, stepSizeDown: 15, baseMomentum: 0.8, maxMomentum: 0.95 };
const falling = cosine({ base, tMax: 90 });

/** `label` says what is particular; the name of the kind stands before it. */
export const examples = [
  { label: "", schedule: constant({ base }) },
  { label: "first steps lower", schedule: constant({ base, factor: 1 / 3, totalIters: 20 }) },
  { label: "", schedule: step({ base, stepSize: 30, gamma: 0.4 }) },
  { label: "", schedule: multiStep({ base, milestones: [50, 75, 90], gamma: 0.4 }) },
  { label: "", schedule: exponential({ base, gamma: 0.97 }) },
  { label: "", schedule: inverseTime({ base, decay: 0.1 }) },
  { label: "staircase", schedule: inverseTime({ base, decay: 1, decaySteps: 15, staircase: true }) },
  { label: "", schedule: reciprocalSqrt({ base, timescale: 5 }) },
  { label: "", schedule: linear({ base, startFactor: 1, endFactor: 0, totalIters: 100 }) },
  { label: "power 2", schedule: polynomial({ base, totalIters: 100, power: 2 }) },
  { label: "", schedule: cosine({ base, tMax: 100 }) },
  { label: "periodic", schedule: cosine({ base, tMax: 25, periodic: true }) },
  { label: "", schedule: tanh({ base, totalSteps: 100 }) },
  { label: "", schedule: flatCosine({ base, totalSteps: 100 }) },
  { label: "1-sqrt", schedule: warmupStableDecay({ base, totalSteps: 100, warmupSteps: 10, decaySteps: 25 }) },
  {
    label: "linear",
    schedule: warmupStableDecay({ base, totalSteps: 100, warmupSteps: 10, decaySteps: 25, decayShape: "linear" }),
  },
  {
    label: "cosine",
    schedule: warmupStableDecay({ base, totalSteps: 100, warmupSteps: 10, decaySteps: 25, decayShape: "cosine" }),
  },
  { label: "", schedule: oneCycle({ maxLr: base, totalSteps: 100 }) },
  { label: "three phases", schedule: oneCycle({ maxLr: base, totalSteps: 100, threePhase: true }) },
  { label: "linear", schedule: oneCycle({ maxLr: base, totalSteps: 100, annealStrategy: "linear" }) },
  { label: "tMult 2", schedule: cosineWarmRestarts({ base, t0: 14, tMult: 2 }) },
  { label: "peaks decay", schedule: cosineWarmRestarts({ base, t0: 25, peakDecay: 0.6 }) },
  { label: "triangular", schedule: cyclical(cycle) },
  { label: "triangular2", schedule: cyclical({ ...cycle, mode: "triangular2" }) },
  { label: "expRange", schedule: cyclical({ ...cycle, mode: "expRange", gamma: 0.98 }) },
  {
    label: "",
    schedule: piecewise({
      points: [
        [0, 0.02],
        [20, base],
        [80, 0.01],
        [100, 0],
      ],
    }),
  },
  { label: "", schedule: sweep({ from: 0.001, to: base, steps: 100 }) },
  {
    label: "linear, cosine",
    schedule: sequence({
      schedules: [linear({ base, startFactor: 0.1, totalIters: 15 }), cosine({ base, tMax: 85 })],
      milestones: [15],
    }),
  },
  {
    label: "exponential x cosine",
    schedule: chain({
      schedules: [exponential({ base, gamma: 0.99 }), cosine({ base: 1, tMax: 15, etaMin: 0.4, periodic: true })],
    }),
  },
  { label: "outside", schedule: warmup(falling, { steps: 10 }) },
  { label: "inside", schedule: warmup(falling, { steps: 10, inside: true }) },
  { label: "by 0.5", schedule: scale(falling, 0.5) },
  { label: "", schedule: clamp(falling, { min: 0.02, max: 0.08 }) },
  { label: "cosine", schedule: noisy(falling, { amount: 0.3 }) },
  { label: "multiStep, 10 steps each", schedule: inEpochs(multiStep({ base, milestones: [3, 6, 8], gamma: 0.4 }), 10) },
  { label: "of step", schedule: reciprocal(step({ base, stepSize: 25, gamma: 0.5 }), 12.8) },
  { label: "at most 500", schedule: batchSizes(step({ base: 64, stepSize: 20, gamma: 2 }), { trainSize: 5000 }) },
];
