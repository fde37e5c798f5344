import type { CheckRule, CheckText, ElementaryFunctions, GivenNames, RuleLines } from "../rule/names.ts";
import { type HyperparameterValue, parseRule, type Rule } from "../rule/rule.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";
import type { HyperparameterArguments, Hyperparameters } from "./hyperparameters.ts";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";
import type { HyperparameterCheck } from "./parts.ts";
import type { Range } from "./range.ts";

/** Definition of an optimizer, as its file states it. */
export interface OptimizerDefinition<H, S, L, E, U> {
  /** Key in the registry. */
  readonly name: string;
  /** Name in the field's spelling. */
  readonly title: string;
  /** URL of the paper that describes it. */
  readonly paper: string;
  /** Defaults. Booleans and choices are fixed when bound; numbers may follow schedules. */
  readonly hyperparameters: H;
  /** Values kept from step to step. Each starts at zero and has the shape of the value assigned to it. */
  readonly state?: S;
  readonly rule: L;
  /** Vocabularies of functions that the rule calls: `reductions`, `matrices`, `randomness`, `transcendental`. */
  readonly uses?: U;
  /** Expression of the weights to evaluate with. Default `w`. */
  readonly evaluation?: E;
  /**
   * State from which the rule recomputes the weights in each step. Wrappers that change the weights throw, because
   * their change would be lost.
   */
  readonly point?: string;
  /** True to treat tensors of more than two axes as matrices: the first axis by all others. */
  readonly asMatrix?: boolean;
  /** Lowest number of axes of a tensor. Default 0. */
  readonly minimumRank?: number;
  /** Ranges of numbers whose name does not imply one, such as `[0, 1)`. */
  readonly ranges?: { readonly [K in keyof H]?: Range };
  /**
   * True if the rule finds its step sizes itself and `lr` keeps its default, so that a range test has nothing to find.
   */
  readonly learningRateFree?: boolean;
  /** True if an average of the weights replaces a falling rate: training needs no schedule and no cycled momentum. */
  readonly scheduleFree?: boolean;
  /** Values of the hyperparameters that are one of several names. */
  readonly choices?: { readonly [K in keyof H]?: readonly string[] };
  /** Checks hyperparameters together. Returns the problem, or undefined if there is none. */
  readonly check?: (values: H) => string | undefined;
}

/**
 * An optimizer of the library: call it with hyperparameters, then `bind` the result. `H` keeps the literal type of its
 * definition, so that declarations keep the doc lines of hyperparameters.
 */
export interface OptimizerFactory<H = Readonly<Record<string, HyperparameterValue>>> {
  (
    hyperparameters?: HyperparameterArguments<WithMaximize<H>>,
    options?: OptimizerOptions<HyperparameterArguments<WithMaximize<H>>>,
  ): Optimizer;
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly rule: Rule;
  /** True if the rule finds its step sizes itself and `lr` keeps its default. */
  readonly learningRateFree: boolean;
  /** True if an average of the weights replaces a falling rate. */
  readonly scheduleFree: boolean;
  /** Defaults. */
  readonly hyperparameters: Readonly<WithMaximize<H>>;
}

type FunctionsOf<U extends readonly Vocabulary[]> = ElementaryFunctions | NamesOf<U[number]>;
type NamesOf<V> = V extends Vocabulary<infer Name> ? Name : never;

/** Hyperparameters of every optimizer: its own, and `maximize`. */
export type WithMaximize<H> = Widened<H> & {
  /** True to climb instead of descending. Default false. */
  maximize: boolean;
};

type Widened<H> = { [K in keyof H]: H[K] extends number ? number : H[K] extends boolean ? boolean : H[K] };

/**
 * Defines an optimizer by the text of its update rule. The TypeScript compiler checks the names. Every optimizer also
 * takes `maximize`.
 * @throws RuleError when the module loads, if the text is wrong: shows the line with a caret
 */
export function defineOptimizer<
  const H extends Readonly<Record<string, HyperparameterValue>>,
  const L extends RuleLines,
  const S extends readonly string[] = readonly [],
  const E extends string = string,
  const U extends readonly Vocabulary[] = readonly [],
>(
  definition: OptimizerDefinition<
    H,
    S,
    CheckRule<L, keyof H & string, S[number], FunctionsOf<U>>,
    CheckText<E, (keyof H & string) | S[number] | GivenNames, FunctionsOf<U>>,
    U
  >,
): OptimizerFactory<H> {
  const {
    name,
    title,
    paper,
    state = [],
    ranges = {},
    choices = {},
    check,
    minimumRank = 0,
    point = null,
  } = definition;
  const { learningRateFree = false, scheduleFree = false } = definition;
  const defaults = { ...definition.hyperparameters, maximize: false } as Readonly<Record<string, HyperparameterValue>>;
  const rule = parseRule({
    name,
    hyperparameters: defaults,
    state,
    rule: ["g = maximize ? -g : g", ...(definition.rule as RuleLines)],
    evaluation: definition.evaluation as string | undefined,
    asMatrix: definition.asMatrix ?? false,
    uses: definition.uses ?? [],
  });
  const create = (hyperparameters: Hyperparameters = {}, options: OptimizerOptions = {}): Optimizer =>
    new Optimizer({
      name,
      rule,
      space: {
        defaults,
        ranges: ranges as Record<string, Range>,
        choices: choices as Record<string, readonly string[]>,
      },
      hyperparameters: { ...defaults, ...hyperparameters },
      groups: options.groups ?? [],
      checks: check ? [check as HyperparameterCheck] : [],
      minimumRank,
      point,
    });
  const facts = { name, title, paper, rule, learningRateFree, scheduleFree, hyperparameters: defaults };
  for (const [key, value] of Object.entries(facts)) Object.defineProperty(create, key, { value, enumerable: true });
  return create as unknown as OptimizerFactory<H>;
}
