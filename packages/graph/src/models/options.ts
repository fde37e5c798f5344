import { suggest } from "@downhill/optim/nearest";
import { show } from "@downhill/optim/show";
import { sizes } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { byName, type InitializerOption } from "../model/initializers.ts";

/** Options of every model. */
export interface ModelOptions {
  /**
   * Initializer of the weights of all convolutions and dense layers, as a function or a name. Default: the model's own.
   */
  readonly initializer?: InitializerOption;
}

/** Values that an option accepts. */
export interface OptionCheck {
  /** Description of the values, for errors. */
  readonly expected: string;
  /** True if the option accepts the value. */
  accepts(value: unknown): boolean;
  /** Checks of the options inside, for an option that is an object. */
  readonly inside?: Readonly<Record<string, OptionCheck>>;
}

/** One check per option; the type ensures that no option is missing and that none is unknown. */
export type OptionChecks<Options> = { readonly [Name in keyof Required<Options>]: OptionCheck };

/** Checks of a model's options before the model is defined. */
export interface ModelChecks<Options> {
  readonly options: OptionChecks<Options>;
  /** Smallest height and width of images that all pools and strides reduce to at least one pixel. */
  smallestSide(options: Options): number;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** Maximum number of layers, stages or blocks: graphs of larger networks take minutes to build. */
const MOST_LAYERS = 200;

/** A whole number of at least 1. */
export const count: OptionCheck = { expected: "a whole number of at least 1", accepts: isCount };
/** A finite number. */
export const finite: OptionCheck = { expected: "a finite number", accepts: isNumber };
/** True or false. */
export const flag: OptionCheck = { expected: "true or false", accepts: (value) => typeof value === "boolean" };

/** A probability of dropout. */
export const probability: OptionCheck = {
  expected: "a number from 0 to below 1",
  accepts: (value) => isNumber(value) && value >= 0 && value < 1,
};

/** The weight of a new value in a moving average. */
export const share: OptionCheck = {
  expected: "a number above 0 and at most 1",
  accepts: (value) => isNumber(value) && value > 0 && value <= 1,
};

/** A number of at least 0. */
export const notNegative: OptionCheck = {
  expected: "a number of at least 0",
  accepts: (value) => isNumber(value) && value >= 0,
};

/** A list of `least` to `most` whole numbers of at least 1. */
export const counts = (least = 1, most = MOST_LAYERS): OptionCheck => ({
  expected: `a list of ${least === most ? least : `${least} to ${most}`} whole numbers of at least 1`,
  accepts: (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most && Array.from(value).every(isCount),
});

/** A depth of `step` n + `rest` with a whole n of at least 1. */
export const depth = (step: number, rest: number, examples: string): OptionCheck => ({
  expected: `${step} n + ${rest}, such as ${examples}, and at most ${step * MOST_LAYERS + rest}`,
  accepts: (value) => isCount(value) && isCount((value - rest) / step) && value <= step * MOST_LAYERS + rest,
});

/** One of several values. */
export const oneOf = (...values: readonly unknown[]): OptionCheck => ({
  expected: `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`,
  accepts: (value) => values.includes(value),
});

/** An object of options, each with its own check. */
export const object = <Options>(inside: OptionChecks<Options>): OptionCheck => ({
  expected: `an object with ${Object.keys(inside).join(", ")}`,
  accepts: isObject,
  inside: inside as Readonly<Record<string, OptionCheck>>,
});

/** An initializer: a function, or the name of one. */
export const initializer: OptionCheck = {
  expected: `a function, or one of ${Object.keys(byName).join(", ")}`,
  accepts: (value) => typeof value === "function" || (typeof value === "string" && Object.hasOwn(byName, value)),
};

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Checks the names and values of options.
 * @throws GraphError that names the unknown option, or the option, its value and the expected values
 */
export function checkOptions(model: string, options: unknown, checks: Readonly<Record<string, OptionCheck>>): void {
  if (!isObject(options)) fail(model, `options = ${show(options)}. Expected an object.`);
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) fail(model, `unknown option '${name}': ${suggest(name, Object.keys(checks))}`);
    if (value === undefined) continue;
    if (!check.accepts(value)) fail(model, `${name} = ${show(value)}. Expected ${check.expected}.`);
    if (check.inside) checkOptions(`${model}: ${name}`, value, check.inside);
  }
}

/**
 * Checks that images are large enough for the pools and strides of a model.
 * @throws GraphError with the size of the images and the least size
 */
export function checkImageSize(model: string, { shape }: Tensor, least: number): void {
  const [, , height, width] = sizes(shape, 4);
  if (height >= least && width >= least) return;
  fail(model, `images of ${height} x ${width} are too small. Expected at least ${least} x ${least}.`);
}
