import { expect, test } from "vitest";
import {
  batchSizes,
  chain,
  clamp,
  constant,
  controllers,
  cosine,
  cosineWarmRestarts,
  cyclical,
  earlyStopping,
  exponential,
  flatCosine,
  increaseBatchInsteadOfDecay,
  inEpochs,
  multiStep,
  noiseScale,
  noisy,
  oneCycle,
  piecewise,
  plateau,
  polynomial,
  scale,
  schedules,
  sequence,
  step,
  sweep,
  tanh,
  warmup,
  warmupStableDecay,
} from "../src/index.ts";

/** Factories without types: plain JavaScript can make mistakes that the compiler would reject. */
// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the point
type Wrong = any;

const rate = cosine({ base: 0.1, tMax: 100 });

const MISTAKES: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
  // Totals.
  [
    "no steps at all",
    () => oneCycle({ maxLr: 1, totalSteps: 0 }),
    "oneCycle: totalSteps = 0: expected a whole number in [1, inf)",
  ],
  ["half a step", () => oneCycle({ maxLr: 1, totalSteps: 2.5 }), "oneCycle: totalSteps = 2.5: expected a whole number"],
  ["a total of zero", () => cosine({ base: 1, tMax: 0 }), "cosine: tMax = 0: expected a number in (0, inf)"],
  [
    "a negative total",
    () => flatCosine({ base: 1, totalSteps: -5 }),
    "flatCosine: totalSteps = -5: expected a number in (0, inf)",
  ],
  [
    "an infinite total",
    () => polynomial({ base: 1, totalIters: Number.POSITIVE_INFINITY }),
    "polynomial: totalIters = Infinity",
  ],
  ["a total that is NaN", () => tanh({ base: 1, totalSteps: Number.NaN }), "tanh: totalSteps = NaN"],
  ["a step size of zero", () => step({ base: 1, stepSize: 0 }), "step: stepSize = 0"],
  ["a cycle of no length", () => cyclical({ baseLr: 0, maxLr: 1, stepSizeUp: 0 }), "cyclical: stepSizeUp = 0"],
  [
    "cycles that shrink",
    () => cosineWarmRestarts({ base: 1, t0: 5, tMult: 0.5 }),
    "cosineWarmRestarts: tMult = 0.5: expected a number in [1, inf)",
  ],
  ["epochs without steps", () => inEpochs(rate, 0), "inEpochs: stepsPerEpoch = 0"],
  [
    "one epoch without steps",
    () => inEpochs(rate, [3, 0]),
    "inEpochs: stepsPerEpoch = [3,0]: expected a number in (0, inf), or a list",
  ],
  ["no epochs", () => inEpochs(rate, []), "inEpochs: stepsPerEpoch = []"],
  // Warm-up and phases.
  [
    "a warm-up longer than the schedule that it is inside of",
    () => warmup(rate, { steps: 200, inside: true }),
    "warmup: steps = 200: expected at most 100, where the schedule ends",
  ],
  [
    "phases longer than the whole",
    () => warmupStableDecay({ base: 1, totalSteps: 100, warmupSteps: 60, decaySteps: 50 }),
    "warmupStableDecay: warmupSteps + decaySteps = 110: expected at most totalSteps = 100",
  ],
  [
    "a share above 1",
    () => oneCycle({ maxLr: 1, totalSteps: 10, pctStart: 30 }),
    "oneCycle: pctStart = 30: expected a number in [0, 1]",
  ],
  ["no warm-up steps given", () => (warmup as Wrong)(rate), "warmup: steps is missing: expected a number in (0, inf)"],
  // Milestones and points.
  [
    "falling milestones",
    () => multiStep({ base: 1, milestones: [120, 60] }),
    "multiStep: milestones = [120,60]: expected a list of rising numbers, 0 or above",
  ],
  ["a milestone before the start", () => multiStep({ base: 1, milestones: [-1] }), "milestones = [-1]"],
  [
    "a number for milestones",
    () => multiStep({ base: 1, milestones: 30 as Wrong }),
    "milestones = 30: expected a list",
  ],
  [
    "a milestone too few",
    () => sequence({ schedules: [rate, rate, rate], milestones: [10] }),
    "sequence: 3 schedules with 1 milestones: expected 2, the step at which each but the first begins",
  ],
  [
    "points that go back",
    () =>
      piecewise({
        points: [
          [5, 1],
          [5, 2],
        ],
      }),
    "piecewise: points = [[5,1],[5,2]]: expected a list of [step, value] with rising steps",
  ],
  ["no points", () => piecewise({ points: [] }), "piecewise: points = []"],
  [
    "a zero on an exponential curve",
    () =>
      piecewise({
        points: [
          [0, 1],
          [9, 0],
        ],
        interpolation: "exponential",
      }),
    "exponential interpolation needs values above 0, and at step 9 it is 0",
  ],
  [
    "tanh the wrong way round",
    () => tanh({ base: 1, totalSteps: 5, lowerBound: 3, upperBound: -3 }),
    "lowerBound = 3: expected it below upperBound = -3",
  ],
  ["bounds the wrong way round", () => clamp(rate, { min: 2, max: 1 }), "clamp: min = 2: expected at most max = 1"],
  ["a sweep downwards", () => sweep({ from: 1, to: 1e-3 }), "sweep: from = 1: expected it below to = 0.001"],
  ["a sweep from zero", () => sweep({ from: 0 }), "sweep: from = 0: expected a number in (0, inf)"],
  // Arguments in general.
  ["nothing at all", () => (constant as Wrong)(), "constant: expected its arguments as an object, not undefined"],
  [
    "no base",
    () => (exponential as Wrong)({ gamma: 0.9 }),
    "exponential: base is missing: expected a number in (-inf, inf)",
  ],
  ["text for a number", () => constant({ base: "0.1" as Wrong }), 'constant: base = "0.1": expected a number'],
  ["null for a number", () => constant({ base: null as Wrong }), "constant: base = null: expected a number"],
  [
    "a misspelled argument",
    () => (cosine as Wrong)({ base: 1, tmax: 10 }),
    "cosine: unknown argument 'tmax': did you mean 'tMax'?",
  ],
  [
    "a name of PyTorch's",
    () => (step as Wrong)({ base: 1, step_size: 10 }),
    "step: unknown argument 'step_size': did you mean 'stepSize'?",
  ],
  [
    "an unknown choice",
    () => oneCycle({ maxLr: 1, totalSteps: 9, annealStrategy: "cosine" as Wrong }),
    'annealStrategy = "cosine": expected one of "cos", "linear"',
  ],
  [
    "a growing expRange",
    () => cyclical({ baseLr: 0, maxLr: 1, gamma: 1.1 }),
    "cyclical: gamma = 1.1: expected a number in [0, 1]",
  ],
  ["a number for a schedule", () => scale(0.1 as Wrong, 2), "scale: schedule = 0.1: expected a schedule, such as"],
  [
    "a plain function for a schedule",
    () => noisy((() => 1) as Wrong),
    "noisy: schedule = a function: expected a schedule, such as cosine({ base: 0.1, tMax: 100 }); a plain function has no description to save",
  ],
  [
    "a kind of schedule for a schedule",
    () => clamp(cosine as Wrong),
    "cosine makes schedules: call it with its arguments",
  ],
  ...["warmup", "scale", "clamp", "noisy", "reciprocal", "inEpochs", "byEpoch", "batchSizes"].map(
    (kind) =>
      [
        `${kind} of a controller`,
        () => (schedules.kinds as Wrong)[kind](plateau({ base: 1 }), kind === "warmup" ? { steps: 5 } : 2),
        `${kind}: schedule = a function: expected a schedule, such as cosine({ base: 0.1, tMax: 100 }); the value of a controller depends on metrics, not on the step`,
      ] as const,
  ),
  [
    "a chain of a controller",
    () => chain({ schedules: [rate, plateau({ base: 1 }) as Wrong] }),
    "expected a list of schedules; the value of a controller depends on metrics",
  ],
  [
    "a sequence of a controller",
    () => sequence({ schedules: [rate, plateau({ base: 1 }) as Wrong], milestones: [5] }),
    "the value of a controller depends on metrics",
  ],
  [
    "early stopping for a schedule",
    () => scale(earlyStopping() as Wrong, 2),
    "the value of a controller depends on metrics",
  ],
  [
    "batch sizes that follow a controller",
    () => increaseBatchInsteadOfDecay(plateau({ base: 1 }) as Wrong, { batchSize: 8, trainSize: 1000, epochs: 5 }),
    "increaseBatchInsteadOfDecay: schedule = a function: expected a schedule",
  ],
  ["an empty chain", () => chain({ schedules: [] }), "chain: schedules = []: expected a list of schedules"],
  // Steps.
  ["a negative step", () => rate(-1), "cosine: step = -1: expected a number in [0, inf)"],
  ["a step that is NaN", () => rate(Number.NaN), "cosine: step = NaN"],
  ["a step without end", () => rate(Number.POSITIVE_INFINITY), "cosine: step = Infinity"],
  // Descriptions.
  [
    "an unknown kind",
    () => schedules.build({ kind: "cosin" }),
    "schedule: unknown kind of schedule \"cosin\": did you mean 'cosine'?",
  ],
  ["PyTorch's name of a kind", () => schedules.build({ kind: "OneCycleLR" }), "did you mean 'oneCycle'?"],
  [
    "no kind",
    () => schedules.build({ base: 1 } as Wrong),
    'schedule: expected a description, an object with a kind and its arguments, not {"base":1}',
  ],
  ["no description", () => schedules.build(null as Wrong), "schedule: expected a description"],
  [
    "a newer version",
    () => schedules.build({ ...rate.description, version: 2 }),
    "schedule: written by a newer release (its version is 2, and this release reads up to 1): update @downhill/optim",
  ],
  [
    "no version",
    () => schedules.build({ ...rate.description, version: "new" as Wrong }),
    'schedule: version = "new": expected a whole number',
  ],
  ["a kind that every object has", () => schedules.build({ kind: "toString" }), 'unknown kind of schedule "toString"'],
  [
    "a controller as a schedule",
    () => schedules.build({ kind: "plateau", base: 1 }),
    'unknown kind of schedule "plateau"',
  ],
  [
    "a mistake deep inside",
    () =>
      schedules.build({
        kind: "scale",
        factor: 2,
        schedule: { kind: "sequence", milestones: [], schedules: [{ kind: "cosine", base: 1, tMax: 0 }] },
      }),
    "scale.schedule: sequence.schedules[0]: cosine: tMax = 0: expected a number in (0, inf)",
  ],
  [
    "no schedules in a description",
    () => schedules.build({ kind: "chain", schedules: 3 }),
    "chain: schedules = 3: expected a list of schedules",
  ],
  // Batch sizes.
  [
    "a cap below the first batch size",
    () => batchSizes(constant({ base: 128 }), { trainSize: 50_000, maximum: 64 }),
    "batchSizes: maximum = 64: expected a maximum of at least 128, the first batch size",
  ],
  [
    "a tenth of the images below the first batch size",
    () => batchSizes(constant({ base: 128 }), { trainSize: 1000 }),
    "batchSizes: a tenth of trainSize is 100: expected a maximum of at least 128, the first batch size",
  ],
  [
    "a batch larger than the training set",
    () => batchSizes(constant({ base: 1 }), { trainSize: 10, maximum: 11 }),
    "maximum = 11: expected at most trainSize = 10",
  ],
  [
    "a rate that begins at zero",
    () => increaseBatchInsteadOfDecay(warmup(rate, { steps: 5 }), { batchSize: 8, trainSize: 1000, epochs: 5 }),
    "increaseBatchInsteadOfDecay: the rate begins at 0: expected a number above 0",
  ],
  [
    "a momentum of 1",
    () => noiseScale({ lr: 1, batchSize: 1, trainSize: 1, momentum: 1 }),
    "noiseScale: momentum = 1: expected a number in [0, 1)",
  ],
  // Controllers.
  [
    "a factor that does not reduce",
    () => plateau({ base: 1, factor: 1 }),
    "plateau: factor = 1: expected a number in [0, 1)",
  ],
  [
    "half of patience",
    () => plateau({ base: 1, patience: 0.5 }),
    "plateau: patience = 0.5: expected a whole number in [0, inf)",
  ],
  [
    "no patience at all",
    () => earlyStopping({ patience: 0 }),
    "earlyStopping: patience = 0: expected a whole number in [1, inf)",
  ],
  [
    "no metric",
    () => earlyStopping().observe(undefined as Wrong),
    "earlyStopping: metric = undefined: expected a number",
  ],
  [
    "a state of something else",
    () => plateau({ base: 1 }).restore({ best: 1 } as Wrong),
    "plateau: value in the saved state is undefined: expected a number",
  ],
  [
    "a schedule as a controller",
    () => controllers.build(rate.description),
    'controller: unknown kind of controller "cosine"',
  ],
];

test.each(MISTAKES)("%s", (_, act, message) => {
  expect(act).toThrow(message);
});
