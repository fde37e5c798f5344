import type { CheckRule, CheckText, ElementaryFunctions, GivenNames, RuleLines } from "../rule/names.ts";
import { type HyperparameterValue, parseRule, type Rule } from "../rule/rule.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";
import type { HyperparameterArguments, Hyperparameters } from "./hyperparameters.ts";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";
import type { HyperparameterCheck } from "./parts.ts";
import type { Range } from "./range.ts";

/** An optimizer as its file states it. */
export interface OptimizerDefinition<H, S, L, E, U> {
  /** The key in the registry. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** Where it is described. */
  readonly paper: string;
  /** Defaults. Booleans and choices are fixed when bound; numbers may follow schedules. */
  readonly hyperparameters: H;
  /** Values kept from step to step; each starts at zero and is as large as what is assigned to it. */
  readonly state?: S;
  readonly rule: L;
  /** Vocabularies of functions that the rule calls: `reductions`, `matrices`, `randomness`, `transcendental`. */
  readonly uses?: U;
  /** The weights to evaluate with, where they are not `w`. */
  readonly evaluation?: E;
  /**
   * The state that holds a point of the rule's own, from which it computes the weights anew in each step: wrappers that
   * move the weights are refused, since they would not move the point.
   */
  readonly point?: string;
  /** Sees tensors of more than two axes as matrices: the first axis by all others. */
  readonly asMatrix?: boolean;
  /** Tensors of fewer axes are refused. */
  readonly minimumRank?: number;
  /** Where numbers must lie, if their name does not say it; such as `[0, 1)`. */
  readonly ranges?: { readonly [K in keyof H]?: Range };
  /** Its step sizes come from elsewhere than `lr`, whose default is meant to stay: a range test has nothing to find. */
  readonly learningRateFree?: boolean;
  /** Its average of the weights replaces a falling rate: training needs no schedule, and no cycled momentum. */
  readonly scheduleFree?: boolean;
  /** Values of hyperparameters that are choices. */
  readonly choices?: { readonly [K in keyof H]?: readonly string[] };
  /** What hyperparameters must satisfy together: a message where they do not. */
  readonly check?: (values: H) => string | undefined;
}

/** An optimizer of the library: call it with hyperparameters, then `bind` what it returns. */
export interface OptimizerFactory<H = Readonly<Record<string, HyperparameterValue>>> {
  (hyperparameters?: HyperparameterArguments<H>, options?: OptimizerOptions<HyperparameterArguments<H>>): Optimizer;
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly rule: Rule;
  /** Whether its step sizes come from elsewhere than `lr`. */
  readonly learningRateFree: boolean;
  /** Whether its average of the weights replaces a falling rate. */
  readonly scheduleFree: boolean;
  /** The defaults. */
  readonly hyperparameters: Readonly<H>;
}

type FunctionsOf<U extends readonly Vocabulary[]> = ElementaryFunctions | NamesOf<U[number]>;
type NamesOf<V> = V extends Vocabulary<infer Name> ? Name : never;

type Widened<H> = { [K in keyof H]: H[K] extends number ? number : H[K] extends boolean ? boolean : H[K] };

/**
 * Defines an optimizer by the text of its update rule. Names are checked by the TypeScript compiler; mistakes in the
 * text throw when the module loads, with a caret at the place. Every optimizer also takes `maximize`.
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
): OptimizerFactory<Widened<H> & { maximize: boolean }> {
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
  return create as unknown as OptimizerFactory<Widened<H> & { maximize: boolean }>;
}
