import { plateau, type Schedule, schedules } from "../src/index.ts";

/** A scheduler of PyTorch with the values in force at each step, from `fixtures/schedules*.json`. */
export interface TorchCase {
  /** PyTorch's name and arguments. */
  readonly schedule: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly baseLr: number;
  readonly lr: readonly number[];
  readonly momentum?: readonly number[];
  /**
   * Metric that `ReduceLROnPlateau` receives after each step. Infinities and NaN are strings, because JSON lacks them.
   */
  readonly metric?: readonly (number | string)[];
  /** PyTorch's error at the arguments, or at the step after the values. */
  readonly raises?: string;
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

/** Returns our values for a case: one for each of PyTorch's, or for each of `count` steps. */
export function valuesOf(
  { schedule, arguments: given, baseLr, lr, metric }: TorchCase,
  count = lr.length,
): { readonly lr: readonly number[]; readonly momentum?: readonly number[] } {
  const steps = Array.from({ length: count }, (_, step) => step);
  if (metric) {
    const controller = plateau({ base: baseLr, ...camelCased(given) });
    return {
      lr: steps.map((step) => {
        const value = controller();
        if (step < metric.length) controller.observe(Number(metric[step]));
        return value;
      }),
    };
  }
  const ours = schedules.build(translate(schedule, given, baseLr) as { kind: string });
  const { momentum } = ours as Schedule & { momentum?: Schedule };
  return { lr: steps.map(ours), ...(momentum ? { momentum: steps.map(momentum) } : {}) };
}

/** Converts PyTorch's names and values to ours. */
function translate(schedule: string, given: TorchCase["arguments"], base: number): Record<string, unknown> {
  const { parts, ...values } = camelCased(given) as Record<string, unknown> & {
    parts?: [string, TorchCase["arguments"]][];
  };
  const kind = KINDS[schedule] as string;
  if (parts) {
    // PyTorch's chain multiplies the base once: the first schedule has it.
    const of = (i: number): number => (kind === "chain" && i > 0 ? 1 : base);
    return { kind, schedules: parts.map(([name, own], i) => translate(name, own, of(i))), ...values };
  }
  if (kind === "cosine") values.periodic = true;
  return { kind, ...("maxLr" in values ? {} : { base }), ...values };
}

const camelCased = (given: TorchCase["arguments"]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [camel(name), value === "exp_range" ? "expRange" : value]),
  );

const camel = (name: string): string =>
  name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/^T/, "t");

/** True if all values of a case equal PyTorch's: bit for bit for a plateau, up to rounding for the others. */
export function isEqual(golden: TorchCase): boolean {
  const ours = valuesOf(golden);
  const tolerance = golden.metric ? 0 : 1e-12;
  const close = (actual: readonly number[] | undefined, expected: readonly number[]): boolean =>
    expected.every((value, step) => Math.abs((actual?.[step] as number) - value) <= tolerance);
  return close(ours.lr, golden.lr) && (golden.momentum === undefined || close(ours.momentum, golden.momentum));
}

export const nameOf = ({ schedule, arguments: given, metric }: TorchCase): string =>
  `${schedule} ${JSON.stringify(given)}${metric ? ` on ${metric.join(" ")}` : ""}`;
