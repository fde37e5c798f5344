import fc from "fast-check";
import { type Schedule, schedules } from "../src/index.ts";

type Arguments = Readonly<Record<string, never>>;

/** Laws of a kind of schedule, for any arguments. */
export interface ScheduleRow {
  readonly kind: keyof typeof schedules.kinds;
  /** Random arguments, and their schedule. */
  readonly made: fc.Arbitrary<{ readonly schedule: Schedule; readonly given: Arguments }>;
  readonly bounds: (given: Arguments) => readonly [low: number, high: number];
  /** Value at step 0, and the value that holds from the end on. */
  readonly first?: (given: Arguments) => number;
  readonly last?: (given: Arguments) => number;
  readonly falls?: boolean;
  /** Steps at which pieces of the curve meet. */
  readonly joins?: (given: Arguments) => readonly number[];
}

export const rate = () => fc.double({ min: 1e-6, max: 10, noNaN: true });
const share = () => fc.double({ min: 0, max: 1, noNaN: true });
export const steps = () =>
  fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0.5, max: 1000, noNaN: true }));
const rising = (length: fc.SizeForArbitrary | number) =>
  fc
    .uniqueArray(
      fc.integer({ min: 1, max: 100_000 }),
      typeof length === "number" ? { minLength: length, maxLength: length } : { minLength: 1, maxLength: 6 },
    )
    .map((list) => list.sort((a, b) => a - b));

/** Returns the row of a schedule that takes its arguments as one object. */
function row<G>(
  kind: keyof typeof schedules.kinds,
  given: fc.Arbitrary<G>,
  laws: {
    readonly bounds: (given: G) => readonly [low: number, high: number];
    readonly first?: (given: G) => number;
    readonly last?: (given: G) => number;
    readonly falls?: boolean;
    readonly joins?: (given: G) => readonly number[];
  },
  make = (values: G): Schedule => (schedules.kinds[kind] as unknown as (given: G) => Schedule)(values),
): ScheduleRow {
  return {
    kind,
    made: given.map((values) => ({ schedule: make(values), given: values })),
    ...laws,
  } as unknown as ScheduleRow;
}

const smooth = () => fc.record({ base: rate(), tMax: steps() }).map((given) => schedules.cosine(given));
const starting = (base: number) => schedules.cosine({ base, tMax: 1000 });

export const SCHEDULES: readonly ScheduleRow[] = [
  row("constant", fc.record({ base: rate(), factor: share(), totalIters: steps() }), {
    bounds: ({ base, factor }) => [base * factor, base],
    first: ({ base, factor }) => base * factor,
    last: ({ base }) => base,
  }),
  row("step", fc.record({ base: rate(), stepSize: steps(), gamma: share() }), {
    bounds: ({ base }) => [0, base],
    first: ({ base }) => base,
    falls: true,
  }),
  // It grows without bound, but stays finite.
  row("step", fc.record({ base: rate(), stepSize: steps(), gamma: fc.double({ min: 1, max: 100, noNaN: true }) }), {
    bounds: ({ base }) => [base, Number.MAX_VALUE],
    first: ({ base }) => base,
  }),
  row("multiStep", fc.record({ base: rate(), milestones: rising("small"), gamma: share() }), {
    bounds: ({ base }) => [0, base],
    first: ({ base }) => base,
    last: ({ base, milestones, gamma }) => base * gamma ** milestones.length,
    falls: true,
  }),
  row("exponential", fc.record({ base: rate(), gamma: share() }), {
    bounds: ({ base }) => [0, base],
    first: ({ base }) => base,
    falls: true,
  }),
  row(
    "inverseTime",
    fc.record({
      base: rate(),
      decay: fc.double({ min: 0, max: 10, noNaN: true }),
      decaySteps: steps(),
      staircase: fc.boolean(),
    }),
    { bounds: ({ base }) => [0, base], first: ({ base }) => base, falls: true },
  ),
  row("reciprocalSqrt", fc.record({ base: rate(), timescale: steps() }), {
    bounds: ({ base }) => [0, base],
    first: ({ base }) => base,
    falls: true,
  }),
  row("linear", fc.record({ base: rate(), startFactor: share(), endFactor: share(), totalIters: steps() }), {
    bounds: ({ base, startFactor, endFactor }) => [
      base * Math.min(startFactor, endFactor),
      base * Math.max(startFactor, endFactor),
    ],
    first: ({ base, startFactor }) => base * startFactor,
    last: ({ base, endFactor }) => base * endFactor,
    joins: ({ totalIters }) => [totalIters],
  }),
  row(
    "polynomial",
    fc.record({
      base: rate(),
      totalIters: steps(),
      power: fc.double({ min: 0.5, max: 4, noNaN: true }),
      endValue: fc.constant(0),
    }),
    { bounds: ({ base }) => [0, base], first: ({ base }) => base, last: () => 0, falls: true },
  ),
  row("cosine", fc.record({ base: rate(), tMax: steps(), etaMin: fc.constant(1e-7) }), {
    bounds: ({ base, etaMin }) => [etaMin, base],
    first: ({ base }) => base,
    last: ({ etaMin }) => etaMin,
    falls: true,
    joins: ({ tMax }) => [tMax],
  }),
  row("cosine", fc.record({ base: rate(), tMax: steps(), periodic: fc.constant(true) }), {
    bounds: ({ base }) => [0, base],
    first: ({ base }) => base,
    joins: ({ tMax }) => [tMax, 2 * tMax, 7 * tMax],
  }),
  row("tanh", fc.record({ base: rate(), totalSteps: steps(), etaMin: fc.constant(1e-7) }), {
    bounds: ({ base, etaMin }) => [etaMin, base],
    first: ({ base, etaMin }) => etaMin + ((base - etaMin) * (1 - Math.tanh(-7))) / 2,
    last: ({ base, etaMin }) => etaMin + ((base - etaMin) * (1 - Math.tanh(3))) / 2,
    falls: true,
  }),
  row("flatCosine", fc.record({ base: rate(), totalSteps: steps(), pctStart: share() }), {
    bounds: ({ base }) => [base / 1e5, base],
    first: ({ base }) => base,
    last: ({ base }) => base / 1e5,
    falls: true,
  }),
  row(
    "warmupStableDecay",
    fc
      .record({
        base: rate(),
        lengths: fc.tuple(steps(), steps(), steps()),
        decayShape: fc.constantFrom("linear", "cosine", "1-sqrt"),
        minRatio: share(),
      })
      .map(({ lengths: [warmupSteps, stable, decaySteps], ...given }) => ({
        ...given,
        warmupSteps,
        decaySteps,
        totalSteps: warmupSteps + stable + decaySteps,
      })),
    {
      bounds: ({ base }) => [0, base],
      first: () => 0,
      last: ({ base, minRatio }) => base * minRatio,
      joins: ({ warmupSteps, totalSteps, decaySteps }) => [warmupSteps, totalSteps - decaySteps],
    },
  ),
  row(
    "oneCycle",
    fc.record({
      maxLr: rate(),
      totalSteps: fc.integer({ min: 12, max: 100_000 }),
      pctStart: fc.double({ min: 0.1, max: 0.45, noNaN: true }),
      annealStrategy: fc.constantFrom("cos", "linear"),
      threePhase: fc.boolean(),
    }),
    {
      bounds: ({ maxLr }) => [maxLr / 25 / 1e4, maxLr],
      first: ({ maxLr }) => maxLr / 25,
      last: ({ maxLr }) => maxLr / 25 / 1e4,
      joins: ({ totalSteps, pctStart }) => [pctStart * totalSteps - 1, 2 * pctStart * totalSteps - 2],
    },
  ),
  // So short that phases vanish.
  row(
    "oneCycle",
    fc.record({
      maxLr: rate(),
      totalSteps: fc.integer({ min: 1, max: 6 }),
      pctStart: fc.double({ min: 0, max: 0.5, noNaN: true }),
      threePhase: fc.boolean(),
    }),
    {
      bounds: ({ maxLr }) => [maxLr / 25 / 1e4, maxLr],
      last: ({ maxLr }) => maxLr / 25 / 1e4,
    },
  ),
  // Phases that continue past the last step are cut off there.
  row(
    "oneCycle",
    fc.record({
      maxLr: rate(),
      totalSteps: fc.integer({ min: 1, max: 100 }),
      pctStart: share(),
      annealStrategy: fc.constantFrom("cos", "linear"),
      threePhase: fc.boolean(),
    }),
    { bounds: ({ maxLr }) => [maxLr / 25 / 1e4, maxLr] },
  ),
  row(
    "cosineWarmRestarts",
    fc.record({ base: rate(), t0: steps(), tMult: fc.constantFrom(1, 1.5, 2, 3), peakDecay: fc.constantFrom(1, 0.5) }),
    {
      bounds: ({ base }) => [0, base],
      first: ({ base }) => base,
    },
  ),
  row(
    "cyclical",
    fc.record({
      baseLr: fc.constant(1e-7),
      maxLr: rate(),
      stepSizeUp: steps(),
      stepSizeDown: fc.option(steps()),
      mode: fc.constantFrom("triangular", "triangular2", "expRange"),
      gamma: fc.constantFrom(1, 0.999),
    }),
    {
      bounds: ({ baseLr, maxLr }) => [baseLr, maxLr],
      first: ({ baseLr }) => baseLr,
      joins: ({ stepSizeUp, stepSizeDown }) => [stepSizeUp, stepSizeUp + (stepSizeDown ?? stepSizeUp)],
    },
  ),
  row(
    "piecewise",
    fc
      .record({
        at: rising("small"),
        values: fc.array(rate(), { minLength: 6, maxLength: 6 }),
        interpolation: fc.constantFrom("linear", "cosine", "exponential"),
      })
      .map(({ at, values, interpolation }) => ({
        points: at.map((step, i) => [step, values[i] as number] as const),
        interpolation,
      })),
    {
      bounds: ({ points }) => [
        Math.min(...points.map(([, value]) => value)),
        Math.max(...points.map(([, value]) => value)),
      ],
      first: ({ points }) => (points[0] as readonly [number, number])[1],
      last: ({ points }) => (points.at(-1) as readonly [number, number])[1],
      joins: ({ points }) => points.map(([step]) => step),
    },
  ),
  row(
    "piecewise",
    fc.record({
      points: fc.constant([
        [10, 3],
        [20, 2],
        [30, 1],
      ] as const),
      interpolation: fc.constant("constant"),
    }),
    {
      bounds: () => [1, 3],
      last: () => 1,
      falls: true,
    },
  ),
  // Each part begins at the end of the one before, so the joins are continuous.
  row(
    "sequence",
    fc.record({ base: rate(), milestones: rising(2) }).map(({ base, milestones: [first = 1, second = 2] }) => ({
      base,
      milestones: [first, second],
      schedules: [
        schedules.linear({ base, startFactor: 0.1, totalIters: first }),
        schedules.cosine({ base, etaMin: base / 10, tMax: second - first }),
        schedules.cosineWarmRestarts({ base: base / 10, t0: 100 }),
      ],
    })),
    { bounds: ({ base }) => [0, base], first: ({ base }) => base * 0.1, joins: ({ milestones }) => milestones },
    ({ schedules: parts, milestones }) => schedules.sequence({ schedules: parts, milestones }),
  ),
  row(
    "chain",
    fc.record({ schedules: fc.tuple(smooth(), fc.constant(schedules.exponential({ base: 1, gamma: 0.99 }))) }),
    {
      bounds: () => [0, 10],
      first: ({ schedules: [cosine] }) => cosine(0),
      falls: true,
    },
  ),
  row(
    "warmup",
    fc.record({ base: rate(), steps: steps(), startFactor: share() }),
    {
      bounds: ({ base }) => [0, base],
      first: ({ base, startFactor }) => base * startFactor,
      last: () => 0,
      joins: ({ steps }) => [steps],
    },
    ({ base, ...settings }) => schedules.warmup(starting(base), settings),
  ),
  row(
    "warmup",
    fc.record({
      base: rate(),
      steps: fc.integer({ min: 1, max: 1000 }),
      startFactor: share(),
      inside: fc.constant(true),
    }),
    { bounds: ({ base }) => [0, base], last: () => 0, joins: ({ steps }) => [steps] },
    ({ base, ...settings }) => schedules.warmup(starting(base), settings),
  ),
  row(
    "scale",
    fc.record({ schedule: smooth(), factor: rate() }),
    { bounds: () => [0, 100], first: ({ schedule, factor }) => schedule(0) * factor, last: () => 0, falls: true },
    ({ schedule, factor }) => schedules.scale(schedule, factor),
  ),
  row(
    "clamp",
    fc.record({ schedule: smooth(), min: fc.constantFrom(null, 1e-7), max: fc.option(rate()) }),
    {
      bounds: ({ min, max }) => [min ?? 0, max ?? 10],
      first: ({ schedule, max }) => Math.min(schedule(0), max ?? 10),
      last: ({ min }) => min ?? 0,
      falls: true,
    },
    ({ schedule, ...bounds }) => schedules.clamp(schedule, bounds),
  ),
  row(
    "reciprocal",
    fc.record({ schedule: smooth(), numerator: rate() }),
    {
      bounds: ({ schedule, numerator }) => [numerator / schedule(0), Number.MAX_VALUE],
      first: ({ schedule, numerator }) => numerator / schedule(0),
      last: () => Number.MAX_VALUE,
    },
    ({ schedule, numerator }) => schedules.reciprocal(schedule, numerator),
  ),
  row(
    "noisy",
    fc.record({ base: rate(), amount: share(), seed: fc.nat() }),
    { bounds: ({ base, amount }) => [base * (1 - amount), base * (1 + amount)] },
    ({ base, ...settings }) => schedules.noisy(schedules.constant({ base }), settings),
  ),
  row(
    "inEpochs",
    fc.record({ schedule: smooth(), stepsPerEpoch: fc.integer({ min: 1, max: 1000 }) }),
    { bounds: () => [0, 10], first: ({ schedule }) => schedule(0), last: () => 0, falls: true },
    ({ schedule, stepsPerEpoch }) => schedules.inEpochs(schedule, stepsPerEpoch),
  ),
  row(
    "inEpochs",
    fc.record({
      schedule: smooth(),
      stepsPerEpoch: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 20 }),
    }),
    { bounds: () => [0, 10], first: ({ schedule }) => schedule(0), last: () => 0, falls: true },
    ({ schedule, stepsPerEpoch }) => schedules.inEpochs(schedule, stepsPerEpoch),
  ),
  row(
    "byEpoch",
    fc.record({ schedule: smooth(), stepsPerEpoch: fc.integer({ min: 1, max: 1000 }) }),
    { bounds: () => [0, 10], first: ({ schedule }) => schedule(0), last: () => 0, falls: true },
    ({ schedule, stepsPerEpoch }) => schedules.byEpoch(schedule, stepsPerEpoch),
  ),
  row(
    "batchSizes",
    fc.record({
      first: fc.integer({ min: 1, max: 256 }),
      gamma: fc.constantFrom(1, 2, 5),
      trainSize: fc.integer({ min: 2560, max: 60_000 }),
    }),
    { bounds: ({ first, trainSize }) => [first, Math.floor(trainSize / 10)], first: ({ first }) => first },
    ({ first, gamma, trainSize }) =>
      schedules.batchSizes(schedules.step({ base: first, stepSize: 30, gamma }), { trainSize }),
  ),
  row(
    "sweep",
    fc.record({
      from: fc.double({ min: 1e-8, max: 1e-3, noNaN: true }),
      to: fc.double({ min: 0.01, max: 100, noNaN: true }),
      steps: fc.integer({ min: 2, max: 1000 }),
      spacing: fc.constantFrom("exponential", "linear"),
    }),
    { bounds: ({ from, to }) => [from, to], first: ({ from }) => from, last: ({ to }) => to },
  ),
];
