import { suggest } from "../nearest.ts";
import type { HyperparameterValue } from "../rule/rule.ts";
import { show } from "../show.ts";
import { isWithin, type Range } from "./range.ts";

/** Number that may change from step to step: a schedule, or any function of the 0-based step. */
export type StepFunction = (step: number) => number;

/** Hyperparameters as a caller gives them: each is optional, and a number may be a function of the step. */
export type HyperparameterArguments<H> = {
  readonly [K in keyof H]?: H[K] extends number ? number | StepFunction : H[K] extends boolean ? boolean : string;
};

/** Hyperparameters by name: a value each, or a function of the step. */
export type Hyperparameters = Readonly<Record<string, HyperparameterValue | StepFunction>>;

/** Ranges of the names that the whole field uses; an optimizer states its own `ranges` where it differs. */
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

/** Defaults and allowed values of an optimizer's hyperparameters. */
export interface HyperparameterSpace {
  /** Default by name; a hyperparameter whose default is `null` also accepts `null`. */
  readonly defaults: Readonly<Record<string, HyperparameterValue | null>>;
  readonly ranges: Readonly<Record<string, Range>>;
  /** Values of the hyperparameters that are one of several names. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

/**
 * Checks hyperparameters against their space.
 * @throws Error that names the optimizer, the value and the expected values
 */
export function checkHyperparameters(
  owner: string,
  space: HyperparameterSpace,
  hyperparameters: Readonly<Record<string, unknown>>,
): void {
  const known = Object.keys(space.defaults);
  for (const [name, value] of Object.entries(hyperparameters)) {
    if (!Object.hasOwn(space.defaults, name)) {
      throw new Error(`${owner}: unknown hyperparameter '${name}': ${suggest(name, known)}`);
    }
    const refuse = (expected: string, Kind: ErrorConstructor = TypeError): never => {
      throw new Kind(`${owner}: ${name} = ${show(value)}: expected ${expected}`);
    };
    const expected = space.defaults[name];
    const choices = space.choices[name];
    if (value === null && expected === null) continue;
    if (choices) {
      if (!choices.includes(value as string)) {
        refuse(`one of ${choices.map(show).join(", ")}${orNull(space, name)}`, Error);
      }
    } else if (typeof expected === "boolean") {
      if (typeof value !== "boolean") refuse("true or false");
    } else if (typeof value === "number") {
      checkNumber(owner, space, name, value);
    } else if (typeof value !== "function") {
      refuse(`a number, schedule or function of the step${orNull(space, name)}`);
    }
  }
}

const orNull = (space: HyperparameterSpace, name: string): string => (space.defaults[name] === null ? ", or null" : "");

function checkNumber(owner: string, space: HyperparameterSpace, name: string, value: number, where = ""): void {
  const range = space.ranges[name] ?? RANGES[name] ?? "(-inf, inf)";
  if (!isWithin(value, range))
    throw new RangeError(`${owner}: ${name} = ${value}${where}: expected a number in ${range}${orNull(space, name)}`);
}

/**
 * Returns the values in force at a step.
 * @throws RangeError that names the step, if a schedule leaves its hyperparameter's range
 */
export function valuesAt<Value extends HyperparameterValue | null>(
  owner: string,
  space: HyperparameterSpace,
  hyperparameters: Readonly<Record<string, Value | StepFunction>>,
  step: number,
): Record<string, Value | number> {
  const values: Record<string, Value | number> = {};
  for (const [name, given] of Object.entries(hyperparameters)) {
    if (typeof given === "function") {
      const value = given(step);
      checkNumber(owner, space, name, value, ` at step ${step}`);
      values[name] = value;
    } else {
      values[name] = given;
    }
  }
  return values;
}
