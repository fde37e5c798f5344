import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { controllers, earlyStopping, Parameters, plateau, sgd } from "../src/index.ts";

// PyTorch's own numbers for plateau are in schedules-torch.test.ts.

test("a plateau of patience 2 falls while a metric stays the same", () => {
  const lr = plateau({ base: 1, patience: 2 });
  const reduced = Array.from({ length: 7 }, () => lr.observe(1));
  expect(reduced).toEqual([false, false, false, true, false, false, true]);
  expect(lr()).toBe(0.1 * 0.1);
});

type Settings = typeof earlyStopping extends (given?: infer Given) => unknown ? Given : never;

describe("early stopping", () => {
  const rows: readonly [
    what: string,
    given: Settings,
    metrics: readonly number[],
    stopsAt: number | null,
    bestAt: number | null,
  ][] = [
    ["patience counts observations in a row", { patience: 2 }, [3, 2, 2.5, 1, 2, 2], 5, 3],
    ["an equal metric is no better", { patience: 2 }, [1, 1, 1], 2, 0],
    ["higher is better", { patience: 1, mode: "max" }, [0.5, 0.6, 0.55], 2, 1],
    ["by the threshold at least", { patience: 2, threshold: 0.1 }, [1, 0.95, 0.91], 2, 0],
    ["by a share", { patience: 2, threshold: 0.1, thresholdMode: "rel" }, [10, 9.5, 8.9, 8.5, 8.4], 4, 2],
    ["NaN is never better", { patience: 3 }, [Number.NaN, Number.NaN, Number.NaN], 2, null],
    ["negative metrics", { patience: 2 }, [-1, -2, -1.5], null, 1],
    ["infinity is the highest", { patience: 2, mode: "max" }, [1, Number.POSITIVE_INFINITY, 5], null, 1],
    ["and is so when it comes first", { patience: 2, mode: "max" }, [Number.POSITIVE_INFINITY, 5, 6], 2, 0],
    ["-infinity is the lowest", { patience: 2 }, [Number.NEGATIVE_INFINITY, 0, 0], 2, 0],
    ["the worst possible metric is never the best", { patience: 2 }, [Number.POSITIVE_INFINITY, 5], null, 1],
  ];
  test.each(rows)("%s", (_, given, metrics, stopsAt, bestAt) => {
    const stopping = earlyStopping(given);
    const stops = metrics.findIndex((metric) => {
      stopping.observe(metric);
      return stopping.stop;
    });
    expect(stops === -1 ? null : stops).toBe(stopsAt);
    expect(stopping.bestAt).toBe(bestAt);
    expect(stopping.best).toBe(bestAt === null ? null : metrics[bestAt]);
  });
});

test("a plateau treats infinite metrics as PyTorch does", () => {
  const lr = plateau({ base: 1, patience: 1 });
  const values = [Number.NEGATIVE_INFINITY, 0, 0].map((metric) => {
    lr.observe(metric);
    return lr();
  });
  expect(values).toEqual([1, 1, 0.1]);
});

test.each<[what: string, change: object, message: string]>([
  ["NaN as the best", { best: Number.NaN }, "plateau: best in the saved state is NaN: expected a number"],
  ["another word", { best: "infinite" }, 'plateau: best in the saved state is "infinite": expected a number'],
  ["a negative count", { bad: -1 }, "plateau: bad in the saved state is -1: expected a whole number in [0, inf)"],
  ["half a count", { cooldown: 0.5 }, "plateau: cooldown in the saved state is 0.5: expected a whole number"],
  ["no value", { value: null }, "plateau: value in the saved state is null: expected a number"],
])("%s in a saved state is refused", (_, change, message) => {
  const lr = plateau({ base: 1 });
  expect(() => lr.restore({ ...lr.state(), ...change })).toThrow(message);
});

const metric = () =>
  fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: -1, max: 5, noNaN: true }).map((value) => value + 0) },
    fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, -0, 1e308, -1e308, 5e-324),
  );

test("a controller that is restored in the middle continues as if uninterrupted", () => {
  const settings = { mode: "min" as "min" | "max", thresholdMode: "abs" as "abs" | "rel" };
  const make = {
    plateau: () => plateau({ base: 1, patience: 2, cooldown: 1, ...settings }),
    earlyStopping: () => earlyStopping({ patience: 4, ...settings }),
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...(["plateau", "earlyStopping"] as const)),
      fc.array(metric(), { minLength: 1, maxLength: 40 }),
      fc.nat({ max: 40 }),
      fc.constantFrom("min" as const, "max" as const),
      fc.constantFrom("abs" as const, "rel" as const),
      (kind, metrics, cut, mode, thresholdMode) => {
        Object.assign(settings, { mode, thresholdMode });
        const whole = make[kind]();
        for (const metric of metrics) whole.observe(metric);

        const before = make[kind]();
        for (const metric of metrics.slice(0, cut)) before.observe(metric);
        before.restore(before.state() as never);
        const after = controllers.build(JSON.parse(JSON.stringify(before.description)));
        after.restore(JSON.parse(JSON.stringify(before.state())) as never);
        for (const metric of metrics.slice(cut)) after.observe(metric);

        expect(after.state()).toEqual(whole.state());
        expect(after.description).toEqual(whole.description);
      },
    ),
  );
});

test("an optimizer accepts a plateau as its rate", () => {
  const lr = plateau({ base: 0.5, patience: 0 });
  const parameters = new Parameters({ w: [1] });
  const updater = sgd({ lr }).bind(parameters);
  updater.step();
  lr.observe(1);
  expect(lr.observe(1)).toBe(true);
  updater.step();
  expect(updater.hyperparameters.lr).toBe(0.05);
});
