import type { HyperparameterArguments, HyperparameterSettings } from "../hyperparameters.ts";
import { Optimizer } from "../optimizer.ts";
import type { Range } from "../range.ts";
import { assignments, type HyperparameterValue, parseLines, type Rule } from "../rule/rule.ts";
import { join, type Vocabulary } from "../rule/vocabulary.ts";

/** Lines around an optimizer's rule, with the hyperparameters and state that they need. */
interface WrapperDefinition<H> {
  readonly name: string;
  readonly hyperparameters: H;
  readonly state?: readonly string[];
  /** What happens to the gradient (or the weights) before the rule. */
  readonly before?: readonly string[];
  /** What happens to the weights after it. */
  readonly after?: readonly string[];
  readonly evaluation?: string;
  /** Vocabularies of functions that the lines call. */
  readonly uses?: readonly Vocabulary[];
  readonly ranges?: { readonly [K in keyof H]?: Range };
  /** States that change at every micro-step of gradient accumulation. */
  readonly everyMicroStep?: readonly string[];
}

type Widened<H> = { [K in keyof H]: H[K] extends number ? number : boolean };

/** An optimizer around another: the same rule with lines before or after it, in one kernel. */
export type Wrapper<H> = (optimizer: Optimizer, hyperparameters?: HyperparameterArguments<Widened<H>>) => Optimizer;

/**
 * Defines a wrapper by the text of its lines, which may read the optimizer's `lr` beside their own names. A wrapper's
 * hyperparameters join those of the optimizer, so groups and schedules work for them as well.
 */
export function defineWrapper<const H extends Readonly<Record<string, HyperparameterValue>>>(
  definition: WrapperDefinition<H>,
): Wrapper<H> {
  const { name, hyperparameters, state = [], before = [], after = [], ranges = {}, everyMicroStep = [] } = definition;
  const lines = (rule: readonly string[]): Rule =>
    parseLines({
      name,
      hyperparameters: { lr: 0, ...hyperparameters },
      state,
      rule,
      evaluation: definition.evaluation,
      uses: definition.uses ?? [],
    });
  const all = lines([...before, ...after]);

  return (optimizer, settings = {}) => {
    const { parts } = optimizer;
    const { rule, space } = parts;
    refuseCollision(name, optimizer.name, "hyperparameter", Object.keys(hyperparameters), Object.keys(space.defaults));
    refuseCollision(name, optimizer.name, "state", state, rule.state);
    refuseCollision(name, optimizer.name, "name", namesOf(all), namesOf(rule));
    const wrapped: Rule = {
      ...rule,
      name: `${name}(${rule.name})`,
      hyperparameters: { ...rule.hyperparameters, ...hyperparameters },
      state: [...rule.state, ...state],
      lines: [...all.lines.slice(0, before.length), ...rule.lines, ...all.lines.slice(before.length)],
      vocabulary: join([rule.vocabulary, all.vocabulary]),
      everyMicroStep: [...rule.everyMicroStep, ...everyMicroStep],
      ...(all.evaluation ? { evaluation: all.evaluation } : {}),
    };
    return new Optimizer({
      ...parts,
      rule: wrapped,
      space: {
        ...space,
        defaults: { ...space.defaults, ...hyperparameters },
        ranges: { ...space.ranges, ...(ranges as Record<string, Range>) },
      },
      settings: { ...parts.settings, ...hyperparameters, ...(settings as HyperparameterSettings) },
    });
  };
}

/** What a rule calls its own: one rule's line must not change what another's means. */
function namesOf({ hyperparameters, state, lines }: Rule): string[] {
  const assigned = assignments(lines).map(({ target }) => target);
  const shared = ["w", "g", "lr", "maximize"];
  return [...Object.keys(hyperparameters), ...state, ...assigned].filter((name) => !shared.includes(name));
}

function refuseCollision(
  name: string,
  inner: string,
  what: string,
  own: readonly string[],
  taken: readonly string[],
): void {
  const both = own.find((candidate) => taken.includes(candidate));
  if (both) throw new Error(`${name} cannot be put around ${inner}: both have a ${what} '${both}'`);
}
