import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accumulateGradients,
  adam,
  clipByGlobalNorm,
  exponentialMovingAverage,
  gradientNoise,
  lbfgs,
  lookahead,
  muon,
  sgd,
  sharpnessAware,
} from "../src/index.ts";
import {
  amsgradCounterexample,
  type Path,
  type Point,
  ravine,
  rosenbrock,
  type Surface,
  saddle,
  surfaces,
  type Traceable,
  trace,
} from "../src/surfaces/index.ts";
import { OPTIMIZER_TABLE } from "./optimizer-table.ts";

const all: readonly Surface[] = [...Object.values(surfaces), ravine({ conditionNumber: 1000 })];

/**
 * A point of the domain on a grid that is coarse enough that, except for Ackley's kink itself, differences do not reach
 * across it.
 */
const somewhere = ({ domain }: Surface): fc.Arbitrary<number[]> =>
  fc.tuple(
    ...domain.map(([low, high]) => fc.integer({ min: 0, max: 1000 }).map((k) => low + ((high - low) * k) / 1000)),
  );

const someStep = fc.option(fc.nat({ max: 300 }), { nil: undefined });

test("the registry has each surface under its own name", () => {
  for (const [name, surface] of Object.entries(surfaces)) expect(surface.name).toBe(name);
});

describe.each(all.map((surface) => [surface.title, surface] as const))("%s", (_, surface) => {
  const { domain, start } = surface;

  test("has one or two axes, and starts inside its domain", () => {
    expect([1, 2]).toContain(domain.length);
    expect(start).toHaveLength(domain.length);
    for (const [axis, [low, high]] of domain.entries()) {
      expect(start[axis]).toBeGreaterThan(low);
      expect(start[axis]).toBeLessThan(high);
    }
  });

  test("has the gradient of its value", () => {
    const h = 1e-6;
    fc.assert(
      fc.property(somewhere(surface), someStep, (at, step) => {
        for (const [axis, derivative] of surface.gradient(at, step).entries()) {
          const beside = (by: number) =>
            surface.value(
              at.map((x, i) => (i === axis ? x + by : x)),
              step,
            );
          const difference = (beside(h) - beside(-h)) / (2 * h);
          const tolerance = 1e-6 * (1 + Math.abs(derivative)) + 1e-9 * Math.abs(surface.value(at, step));
          expect(Math.abs(difference - derivative), `along axis ${axis} at ${at}`).toBeLessThan(tolerance);
        }
      }),
    );
  });
});

describe.each(all.filter(({ minima }) => minima.length > 0).map((surface) => [surface.title, surface] as const))(
  "the minima of %s",
  (_, surface) => {
    const { minima, domain, bounded } = surface;

    test("have their stated values, and nothing is lower", () => {
      for (const { at, value } of minima) expect(surface.value(at)).toBeCloseTo(value, 12);
      fc.assert(
        fc.property(somewhere(surface), (at) => {
          for (const { value } of minima) expect(surface.value(at)).toBeGreaterThan(value - 1e-12);
        }),
      );
    });

    test("are level, or against a wall", () => {
      for (const { at } of minima) {
        for (const [axis, derivative] of surface.gradient(at).entries()) {
          const wall = bounded && at[axis] === domain[axis]?.[derivative > 0 ? 0 : 1];
          expect(
            wall || Math.abs(derivative) < 1e-12,
            `along axis ${axis}, where the derivative is ${derivative}`,
          ).toBe(true);
        }
      }
    });
  },
);

test("the saddle falls without end", () => {
  expect(saddle.minima).toEqual([]);
  fc.assert(fc.property(fc.double({ min: 1, max: 1e100, noNaN: true }), (y) => saddle.value([1, 2 * y]) < -y));
});

describe("a ravine", () => {
  test("is steeper across by its condition number", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e6, noNaN: true }), (conditionNumber) => {
        const [along, across] = ravine({ conditionNumber }).gradient([1, 1]) as [number, number];
        expect(across / along).toBe(conditionNumber);
      }),
    );
  });

  test.each([0.5, 0, -50, Number.NaN, Number.POSITIVE_INFINITY])("of condition number %d throws", (given) => {
    const message = `ravine: conditionNumber = ${given}: expected a number in [1, inf)`;
    expect(() => ravine({ conditionNumber: given })).toThrow(new RangeError(message));
  });
});

test("Adam's counterexample is steep in one step of 101, and its value without a step is the mean", () => {
  const gradients = Array.from({ length: 202 }, (_, step) => amsgradCounterexample.gradient([0], step)[0] as number);
  expect(gradients.flatMap((gradient, step) => (gradient === 1010 ? [step] : []))).toEqual([0, 101]);
  const mean = gradients.reduce((sum, gradient) => sum + gradient, 0) / gradients.length;
  expect(amsgradCounterexample.value([0.5])).toBeCloseTo(mean / 2, 14);
});

const WRAPPED: readonly (readonly [string, Traceable])[] = [
  ["clipping", clipByGlobalNorm(sgd({ lr: 0.1 }))],
  ["lookahead", lookahead(adam({ lr: 0.01 }))],
  ["an average", exponentialMovingAverage(adam({ lr: 0.01 }))],
  ["accumulation", accumulateGradients(adam({ lr: 0.01 }), { microSteps: 3 })],
  ["noise", gradientNoise(sgd({ lr: 1e-4 }))],
  ["SAM", sharpnessAware(sgd({ lr: 1e-4 }))],
  ["L-BFGS", lbfgs({ lineSearchFn: "strong_wolfe" })],
];
const BARE = OPTIMIZER_TABLE.filter(({ optimizer }) => optimizer().parts.minimumRank <= 1).map(
  ({ optimizer, descent }) => [optimizer.name, optimizer(descent)] as const,
);

describe.each([...BARE, ...WRAPPED])("a path of %s", (_, optimizer) => {
  const path = trace(optimizer, rosenbrock, [-1.2, 1], 12);

  test("is the start and a point for each step, with the loss at each", () => {
    expect(path.points).toHaveLength(13);
    expect(path.points[0]).toEqual([-1.2, 1]);
    expect(path.losses).toEqual(path.points.map((point) => rosenbrock.value(point)));
    expect(path.divergedAt).toBeNull();
    expect(path.points[12]).not.toEqual(path.points[0]);
  });

  test("is the beginning of any longer one, bit for bit", () => {
    for (const steps of [0, 1, 5]) {
      const { points } = trace(optimizer, rosenbrock, [-1.2, 1], steps);
      expect(points).toEqual(path.points.slice(0, steps + 1));
    }
  });
});

describe("a path", () => {
  test("of SGD equals that of a plain loop bit for bit, with 0-based steps", () => {
    const lr = (step: number) => 1e-3 / (1 + step / 10);
    fc.assert(
      fc.property(somewhere(rosenbrock), (start) => {
        let [x, y] = start as [number, number];
        const points = [[x, y]];
        for (let step = 0; step < 30; step++) {
          const [gx, gy] = rosenbrock.gradient([x, y]) as [number, number];
          x -= lr(step) * gx;
          y -= lr(step) * gy;
          points.push([x, y]);
        }
        expect(trace(sgd({ lr }), rosenbrock, start, 30).points).toEqual(points);
      }),
      { numRuns: 20 },
    );
  });

  test("begins at the surface's start and takes 100 steps by default", () => {
    const { points } = trace(sgd(), rosenbrock);
    expect(points[0]).toEqual(rosenbrock.start);
    expect(points).toHaveLength(101);
  });

  test("sees the loss of each step, and reports their mean", () => {
    const { points, losses } = trace(sgd({ lr: 1e-3 }), amsgradCounterexample, [0.99], 2);
    expect(points).toEqual([[0.99], [expect.closeTo(0.99 - 1.01, 14)], [expect.closeTo(-0.01, 14)]]);
    expect(losses).toEqual(points.map((point) => amsgradCounterexample.value(point)));
  });

  test("stays within the bounds of its surface", () => {
    const { points } = trace(sgd({ lr: 0.02 }), amsgradCounterexample, [0], 102);
    expect(points[1]).toEqual([-1]);
    expect(points[101]).toEqual([1]);
    expect(points[102]).toEqual([-1]);
  });

  test("of L-BFGS finds Rosenbrock's minimum in a few steps", () => {
    expect(trace(lbfgs({ lineSearchFn: "strong_wolfe" }), rosenbrock, [-1.2, 1], 3).losses.at(-1)).toBeLessThan(1e-9);
  });
});

/** A line down to x = 0, where the gradient ends, and undefined beyond that or x = 2. */
const strip: Surface = {
  ...rosenbrock,
  value: ([x = 0]: Point) => (x >= 0 && x <= 2 ? x : Number.NaN),
  gradient: ([x = 0]: Point) => [x > 0 && x <= 2 ? 1 : Number.NaN, 0],
  start: [1, 0],
};

describe("a path that diverges", () => {
  test("ends with its first point more than 1000 widths of the domain away", () => {
    const { points, divergedAt } = trace(sgd({ lr: 1e-4 }), saddle, [1, 4000], 50);
    const [before, last] = points.slice(-2) as [Point, Point];
    expect(before[1]).toBeLessThanOrEqual(2 + 1000 * 4);
    expect(last[1]).toBeGreaterThan(2 + 1000 * 4);
    expect(points).toHaveLength((divergedAt as number) + 2);
  });

  test.each<readonly [string, Traceable, Surface, Partial<Path>]>([
    ["a point", sgd({ lr: 1e308 }), rosenbrock, { divergedAt: 0, points: [rosenbrock.start] }],
    ["a loss", sgd({ lr: 3 }), strip, { divergedAt: 0, points: [[1, 0]] }],
    [
      "a gradient",
      sgd({ lr: 1 }),
      strip,
      {
        divergedAt: 1,
        points: [
          [1, 0],
          [0, 0],
        ],
      },
    ],
    ["a loss inside a step of SAM", sharpnessAware(sgd(), { rho: 2 }), strip, { divergedAt: 0, points: [[1, 0]] }],
    ["a loss inside a step of L-BFGS", lbfgs({ lr: 3 }), strip, { divergedAt: 0, points: [[1, 0]] }],
  ])("ends before %s that is not finite", (_, optimizer, surface, expected) => {
    expect(trace(optimizer, surface, undefined, 50)).toMatchObject(expected);
  });
});

/** Functions without types: plain JavaScript can make mistakes that the compiler would reject. */
// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the point
type Wrong = any;

test.each<readonly [string, () => unknown, string]>([
  [
    "a start of one number on a surface of two",
    () => trace(sgd(), rosenbrock, [1], 5),
    "trace: the start on rosenbrock is [1]: expected 2 finite numbers",
  ],
  [
    "a start of two numbers on a surface of one",
    () => trace(sgd(), amsgradCounterexample, [0, 0], 5),
    "trace: the start on amsgradCounterexample is [0, 0]: expected 1 finite number",
  ],
  [
    "a start that is not finite",
    () => trace(sgd(), rosenbrock, [0, Number.NaN], 5),
    "trace: the start on rosenbrock is [0, NaN]: expected 2 finite numbers",
  ],
  [
    "a start that is no list",
    () => trace(sgd(), rosenbrock, 3 as Wrong, 5),
    "trace: the start on rosenbrock is 3: expected 2 finite numbers",
  ],
  [
    "a start out of bounds",
    () => trace(sgd(), amsgradCounterexample, [1.5], 5),
    "trace: the start on amsgradCounterexample is [1.5]: expected a point in [-1, 1]",
  ],
  [
    "half a step",
    () => trace(sgd(), rosenbrock, [1, 1], 2.5),
    "trace: steps = 2.5: expected a whole number, 0 or more",
  ],
  ["steps back", () => trace(sgd(), rosenbrock, [1, 1], -1), "trace: steps = -1: expected a whole number, 0 or more"],
  [
    "Muon",
    () => trace(clipByGlobalNorm(muon()), rosenbrock),
    "trace: clipByGlobalNorm(muon) is for matrices, and a point on a surface is a vector",
  ],
  ["an optimizer not called", () => trace(adam as Wrong, rosenbrock), "trace: expected an optimizer, such as adam()"],
  ["no surface", () => trace(adam(), undefined as Wrong), "trace: expected a surface, such as surfaces.rosenbrock"],
  [
    "a group of a tensor that is not there",
    () => trace(adam({}, { groups: [{ match: "bias" }] }), rosenbrock),
    'adam: no tensor is left for the group "bias": the tensors are point',
  ],
  [
    "a schedule that leaves its range, on the way",
    () => trace(adam({ lr: (step) => (step < 2 ? 0.1 : Number.NaN) }), rosenbrock),
    "adam: lr = NaN at step 2",
  ],
])("%s throws an error that names it", (_, act, message) => {
  expect(act).toThrow(message);
});
