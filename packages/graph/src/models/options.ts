import { suggest } from "@downhill/optim/nearest";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { byName, type InitializerOption } from "../model/initializers.ts";

/** What every model takes. */
export interface ModelOptions {
  /** Of the weights of all convolutions and dense layers, as a function or by name; default the model's own choice. */
  readonly initializer?: InitializerOption;
}

/** The values that an option accepts, in words and as a check; `inside` are the options of one that is an object. */
export interface OptionRule {
  readonly expected: string;
  accepts(value: unknown): boolean;
  readonly inside?: Readonly<Record<string, OptionRule>>;
}

/** A rule for each option: none is forgotten, and none is unknown to the options' type. */
export type OptionRules<Options> = { readonly [Name in keyof Required<Options>]: OptionRule };

/** What can be checked of a model before it is made. */
export interface ModelRules<Options> {
  readonly options: OptionRules<Options>;
  /** The smallest height and width of images that leave something after all pools and strides. */
  smallestSide(options: Options): number;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** Layers, stages and blocks beyond this are no network that anybody trains; graphs of them take minutes to make. */
const MOST_LAYERS = 200;

export const count: OptionRule = { expected: "a whole number of at least 1", accepts: isCount };
export const finite: OptionRule = { expected: "a finite number", accepts: isNumber };
export const flag: OptionRule = { expected: "true or false", accepts: (value) => typeof value === "boolean" };

/** The probability of an element to be dropped, or a share. */
export const probability: OptionRule = {
  expected: "a number from 0 to below 1",
  accepts: (value) => isNumber(value) && value >= 0 && value < 1,
};

export const share: OptionRule = {
  expected: "a number above 0 and at most 1",
  accepts: (value) => isNumber(value) && value > 0 && value <= 1,
};

export const notNegative: OptionRule = {
  expected: "a number of at least 0",
  accepts: (value) => isNumber(value) && value >= 0,
};

/** A list of whole numbers, of a length within bounds. */
export const counts = (least = 1, most = MOST_LAYERS): OptionRule => ({
  expected: `a list of ${least === most ? least : `${least} to ${most}`} whole numbers of at least 1`,
  accepts: (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most && Array.from(value).every(isCount),
});

/** A depth of `step` n + `rest`, for n of at least 1. */
export const depth = (step: number, rest: number, examples: string): OptionRule => ({
  expected: `${step} n + ${rest}, such as ${examples}, and at most ${step * MOST_LAYERS + rest}`,
  accepts: (value) => isCount(value) && isCount((value - rest) / step) && value <= step * MOST_LAYERS + rest,
});

export const oneOf = (...values: readonly unknown[]): OptionRule => ({
  expected: `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`,
  accepts: (value) => values.includes(value),
});

/** An object of options with rules of their own. */
export const object = <Options>(inside: OptionRules<Options>): OptionRule => ({
  expected: `an object with ${Object.keys(inside).join(", ")}`,
  accepts: isObject,
  inside: inside as Readonly<Record<string, OptionRule>>,
});

export const initializer: OptionRule = {
  expected: `a function, or one of ${Object.keys(byName).join(", ")}`,
  accepts: (value) => typeof value === "function" || (typeof value === "string" && Object.hasOwn(byName, value)),
};

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Refuses options that are unknown or out of their range.
 * @throws GraphError with the option, its value and what is expected
 */
export function checkOptions(model: string, options: unknown, rules: Readonly<Record<string, OptionRule>>): void {
  if (!isObject(options)) fail(model, `options = ${show(options)}: expected an object`);
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) fail(model, `unknown option '${name}': ${suggest(name, Object.keys(rules))}`);
    if (value === undefined) continue;
    if (!rule.accepts(value)) fail(model, `${name} = ${show(value)}: expected ${rule.expected}`);
    if (rule.inside) checkOptions(`${model}: ${name}`, value, rule.inside);
  }
}

/** A value in an error: JSON, but for what JSON does not have, and not longer than a line. */
function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value, numbers) ?? String(value));
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

const numbers = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/** Refuses images of which a model's pools and strides would leave nothing. */
export function checkImageSize(model: string, { shape }: Tensor, least: number): void {
  const [, , height, width] = shape as readonly [number, number, number, number];
  if (height >= least && width >= least) return;
  fail(model, `images of ${height} x ${width} are too small: expected at least ${least} x ${least}`);
}
