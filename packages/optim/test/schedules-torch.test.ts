import { describe, expect, test } from "vitest";
import golden from "./fixtures/schedules.json" with { type: "json" };
import degenerate from "./fixtures/schedules-degenerate.json" with { type: "json" };
import { isEqual, nameOf, type TorchCase, valuesOf } from "./torch-schedules.ts";

const cases = golden.cases as unknown as readonly TorchCase[];

describe(`as ${golden.source}, at every step`, () => {
  test.each(cases.map((row) => [nameOf(row), row] as const))("%s", (_, row) => {
    const ours = valuesOf(row);
    const digits = row.metric ? 15 : 12;
    row.lr.forEach((expected, step) => {
      expect(ours.lr[step], `step ${step}`).toBeCloseTo(expected, digits);
    });
    row.momentum?.forEach((expected, step) => {
      expect(ours.momentum?.[step], `momentum at step ${step}`).toBeCloseTo(expected, digits);
    });
    expect(isEqual(row)).toBe(true);
  });

  test("every case of the file is checked", () => {
    expect(cases.length).toBe(20);
    expect(cases.filter(({ momentum }) => momentum)).toHaveLength(7);
  });
});

const extremes = degenerate.cases as unknown as readonly TorchCase[];
const isRefused = (row: TorchCase): boolean => {
  try {
    valuesOf(row);
    return false;
  } catch (error) {
    return /: expected /.test((error as Error).message);
  }
};

/** Differences from PyTorch 2.13: the cases, the reason, and the behavior here. PyTorch fails in most of them. */
const DIFFERENCES: readonly {
  readonly what: string;
  readonly of: string;
  // biome-ignore lint/suspicious/noExplicitAny: PyTorch's arguments
  readonly when: (given: Record<string, any>) => boolean;
  /** Returns the values, unless the arguments are rejected. */
  readonly values?: (row: TorchCase) => readonly number[];
}[] = [
  {
    what: "a step size of 0 is refused (PyTorch fails at step 1)",
    of: "StepLR",
    when: ({ step_size }) => step_size === 0,
  },
  {
    what: "a length of 0 is refused (PyTorch keeps the first value for ever, or fails)",
    of: "ConstantLR LinearLR PolynomialLR",
    when: ({ total_iters }) => total_iters === 0,
  },
  {
    what: "a factor of 0 is one (PyTorch fails where it ends)",
    of: "ConstantLR",
    when: ({ factor, total_iters }) => factor === 0 && [1, 5].includes(total_iters),
    values: ({ arguments: { total_iters } }) => ramp((step) => (step < (total_iters as number) ? 0 : 1)),
  },
  {
    what: "a line may begin at 0 (PyTorch refuses it)",
    of: "LinearLR",
    when: ({ start_factor, total_iters }) => start_factor === 0 && total_iters !== 0,
    values: ({ arguments: { end_factor, total_iters } }) =>
      ramp((step) => (end_factor as number) * Math.min(1, step / (total_iters as number))),
  },
  {
    what: "a power of 0, which is no decay, is refused",
    of: "PolynomialLR",
    when: ({ power, total_iters }) => power === 0 && total_iters !== 0,
  },
  {
    what: "a length of 0 is refused (PyTorch fails at step 1)",
    of: "CosineAnnealingLR",
    when: ({ T_max }) => T_max === 0,
  },
  {
    what: "a cycle of no length is refused, by PyTorch too",
    of: "CosineAnnealingWarmRestarts",
    when: ({ T_0 }) => T_0 === 0,
  },
  {
    what: "a rise of no length is refused (PyTorch fails at step 0)",
    of: "CyclicLR",
    when: ({ step_size_up }) => step_size_up === 0,
  },
  {
    what: "a rise of no length is a jump (PyTorch fails at step 0)",
    of: "OneCycleLR",
    when: ({ pct_start, total_steps }) => pct_start * total_steps === 1,
    values: ({ arguments: { total_steps, anneal_strategy, three_phase } }) => {
      const last = (total_steps as number) - 1;
      // With three phases the way back has no length either.
      const start = three_phase && last > 0 ? 1 / 25 : 1;
      return ramp((step) => {
        if (step === 0) return start;
        const fallen = anneal_strategy === "cos" ? (1 - Math.cos((Math.PI * step) / last)) / 2 : step / last;
        return start + (4e-6 - start) * fallen;
      }, last + 1);
    },
  },
  {
    what: "a sequence inside a sequence begins at its step 0 (PyTorch's is a step ahead)",
    of: "SequentialLR",
    when: ({ parts }) => parts[0][0] === "SequentialLR",
    values: () => ramp((step) => [0.25, 0.5, 1, 1, 0.1, 0.1][step] ?? 0.5 ** (step - 6)),
  },
  { what: "a factor of 1 is refused, by PyTorch too", of: "ReduceLROnPlateau", when: ({ factor }) => factor === 1 },
];

const ramp = (value: (step: number) => number, length = 14): number[] =>
  Array.from({ length }, (_, step) => value(step));

const differenceOf = ({ schedule, arguments: given }: TorchCase) =>
  DIFFERENCES.find(({ of, when }) => of.split(" ").includes(schedule) && when(given));

describe(`at degenerate arguments, as ${degenerate.source}`, () => {
  test.each([...new Set(extremes.map(({ schedule }) => schedule))])("%s", (kind) => {
    const compared = extremes.filter((row) => row.schedule === kind && !differenceOf(row));
    expect(compared.length).toBeGreaterThan(2);
    expect(compared.filter(({ raises }) => raises).map(nameOf)).toEqual([]);
    expect(compared.filter((row) => !isEqual(row)).map(nameOf)).toEqual([]);
  });

  test.each(DIFFERENCES)("$of: $what", (difference) => {
    const rows = extremes.filter((row) => differenceOf(row) === difference);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      if (!difference.values) expect(isRefused(row), nameOf(row)).toBe(true);
      else {
        const expected = difference.values(row);
        expect(valuesOf(row, expected.length).lr, nameOf(row)).toEqual(
          expected.map((value) => expect.closeTo(value, 12)),
        );
      }
    }
  });
});
