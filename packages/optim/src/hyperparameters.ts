import { suggest } from "./nearest.ts";
import { isWithin, type Range } from "./range.ts";
import type { HyperparameterValue } from "./rule/rule.ts";
import { show } from "./show.ts";

/** A number that may change from step to step: a schedule, or any function of the 0-based step. */
export type StepFunction = (step: number) => number;

/** What may be given for each hyperparameter: numbers may be functions of the step. */
export type HyperparameterArguments<H> = {
  readonly [K in keyof H]?: H[K] extends number ? number | StepFunction : H[K] extends boolean ? boolean : string;
};

export type HyperparameterSettings = Readonly<Record<string, HyperparameterValue | StepFunction>>;

/** What names mean throughout the field; an optimizer that means something else says so in its own `ranges`. */
const RANGES: Readonly<Record<string, Range>> = {
  lr: "[0, inf)",
  momentum: "[0, inf)",
  weightDecay: "[0, inf)",
  eps: "[0, inf)",
  epsRoot: "[0, inf)",
  beta: "[0, 1)",
  beta1: "[0, 1)",
  beta2: "[0, 1)",
  beta3: "[0, 1)",
  rho: "[0, 1]",
};

/** What is known of an optimizer's hyperparameters: defaults, and what values are allowed. */
export interface HyperparameterSpace {
  /** Those whose default is `null` may be given as `null`. */
  readonly defaults: Readonly<Record<string, HyperparameterValue | null>>;
  readonly ranges: Readonly<Record<string, Range>>;
  /** The values of hyperparameters that are choices. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

/** Checks given values against the space. The error names the optimizer, the value and what was expected. */
export function checkHyperparameters(
  owner: string,
  space: HyperparameterSpace,
  given: Readonly<Record<string, unknown>>,
): void {
  const known = Object.keys(space.defaults);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(space.defaults, name)) {
      throw new Error(`${owner}: unknown hyperparameter '${name}': ${suggest(name, known)}`);
    }
    const expected = space.defaults[name];
    const choices = space.choices[name];
    if (value === null && expected === null) continue;
    if (choices) {
      if (!choices.includes(value as string))
        throw new Error(
          `${owner}: ${name} = ${show(value)}: expected one of ${choices.map(show).join(", ")}${orNull(space, name)}`,
        );
    } else if (typeof expected === "boolean") {
      if (typeof value !== "boolean") throw new TypeError(`${owner}: ${name} = ${show(value)}: expected true or false`);
    } else if (typeof value === "number") {
      checkNumber(owner, space, name, value);
    } else if (typeof value !== "function") {
      throw new TypeError(
        `${owner}: ${name} = ${show(value)}: expected a number, or a schedule or function of the step${orNull(space, name)}`,
      );
    }
  }
}

const orNull = (space: HyperparameterSpace, name: string): string => (space.defaults[name] === null ? ", or null" : "");

function checkNumber(owner: string, space: HyperparameterSpace, name: string, value: number, where = ""): void {
  const range = space.ranges[name] ?? RANGES[name] ?? "(-inf, inf)";
  if (!isWithin(value, range))
    throw new RangeError(`${owner}: ${name} = ${value}${where}: expected a number in ${range}${orNull(space, name)}`);
}

/** The numbers in force at a step. A schedule that leaves its hyperparameter's range is an error that names the step. */
export function valuesAt<Value extends HyperparameterValue | null>(
  owner: string,
  space: HyperparameterSpace,
  settings: Readonly<Record<string, Value | StepFunction>>,
  step: number,
): Record<string, Value | number> {
  const values: Record<string, Value | number> = {};
  for (const [name, setting] of Object.entries(settings)) {
    if (typeof setting === "function") {
      const value = setting(step);
      checkNumber(owner, space, name, value, ` at step ${step}`);
      values[name] = value;
    } else {
      values[name] = setting;
    }
  }
  return values;
}
