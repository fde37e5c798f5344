import { describe, expect, test } from "vitest";
import { plateau, type Schedule, schedules } from "../src/index.ts";
import golden from "./fixtures/schedules.json" with { type: "json" };

interface Case {
  readonly schedule: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly baseLr: number;
  readonly lr: readonly number[];
  readonly momentum?: readonly number[];
  readonly metric?: readonly number[];
}

const KINDS: Readonly<Record<string, string>> = {
  StepLR: "step",
  MultiStepLR: "multiStep",
  ExponentialLR: "exponential",
  ConstantLR: "constant",
  LinearLR: "linear",
  PolynomialLR: "polynomial",
  CosineAnnealingLR: "cosine",
  CosineAnnealingWarmRestarts: "cosineWarmRestarts",
  CyclicLR: "cyclical",
  OneCycleLR: "oneCycle",
  SequentialLR: "sequence",
  ChainedScheduler: "chain",
};

/** PyTorch's names and values as ours. */
function translate(schedule: string, given: Readonly<Record<string, unknown>>, base: number): Record<string, unknown> {
  const entries = Object.entries(given).map(([name, value]) => [
    camel(name),
    value === "exp_range" ? "expRange" : value,
  ]);
  const { parts, ...values } = Object.fromEntries(entries) as Record<string, unknown> & {
    parts?: [string, Case["arguments"]][];
  };
  const kind = KINDS[schedule] as string;
  if (parts) {
    // PyTorch's chain multiplies the base once: the first has it.
    const of = (i: number): number => (kind === "chain" && i > 0 ? 1 : base);
    return { kind, schedules: parts.map(([name, own], i) => translate(name, own, of(i))), ...values };
  }
  if (kind === "cosine") values.periodic = true;
  return { kind, ...("maxLr" in values ? {} : { base }), ...values };
}

const camel = (name: string): string =>
  name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/^T/, "t");

const cases = golden.cases as unknown as readonly Case[];
const named = cases.map((row) => [`${row.schedule} ${JSON.stringify(row.arguments)}`, row] as const);

describe(`as ${golden.source}, at every step`, () => {
  test.each(named.filter(([, { metric }]) => !metric))(
    "%s",
    (_, { schedule, arguments: given, baseLr, lr, momentum }) => {
      const ours = schedules.build(translate(schedule, given, baseLr) as { kind: string }) as Schedule & {
        momentum: Schedule;
      };
      lr.forEach((expected, step) => {
        expect(Math.abs(ours(step) - expected), `step ${step}`).toBeLessThanOrEqual(1e-12);
      });
      momentum?.forEach((expected, step) => {
        expect(Math.abs(ours.momentum(step) - expected), `momentum at step ${step}`).toBeLessThanOrEqual(1e-12);
      });
    },
  );

  test.each(named.filter(([, { metric }]) => metric))("%s", (_, { arguments: given, baseLr, lr, metric = [] }) => {
    const ours = plateau({ base: baseLr, ...Object.fromEntries(Object.entries(given).map(([k, v]) => [camel(k), v])) });
    metric.forEach((value, step) => {
      expect(ours()).toBe(lr[step]);
      ours.observe(value);
    });
  });

  test("every case of the file is checked", () => {
    expect(cases.length).toBe(20);
    expect(cases.filter(({ momentum }) => momentum)).toHaveLength(7);
  });
});
