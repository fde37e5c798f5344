import { combineGroups, type Group, showMatch } from "../definition/groups.ts";
import type { HyperparameterArguments, Hyperparameters } from "../definition/hyperparameters.ts";
import { mapParts } from "../definition/map-parts.ts";
import { checkIsOptimizer, type Optimizer, type OptimizerOptions } from "../definition/optimizer.ts";
import type { OptimizerParts } from "../definition/parts.ts";
import type { Range } from "../definition/range.ts";
import { assignments, type HyperparameterValue, parseLines, type Rule } from "../rule/rule.ts";
import { type Syntax, walk } from "../rule/syntax.ts";
import { join, type Vocabulary } from "../rule/vocabulary.ts";
import { show } from "../show.ts";

/** Lines around an optimizer's rule, with the hyperparameters and state that they need. */
interface WrapperDefinition<H> {
  readonly name: string;
  readonly hyperparameters: H;
  readonly state?: readonly string[];
  /** Lines that read the weights before any wrapper, or the rule, changes them. */
  readonly first?: readonly string[];
  /** Lines before the rule, usually about the gradient. */
  readonly before?: readonly string[];
  /** Lines after the rule, about the weights. */
  readonly after?: readonly string[];
  readonly evaluation?: string;
  /** True if another average may replace its evaluation weights. */
  readonly supersedable?: boolean;
  /** Hyperparameter that some optimizers have for the same purpose. */
  readonly alternative?: string;
  /** Vocabularies of functions that the lines call. */
  readonly uses?: readonly Vocabulary[];
  readonly ranges?: { readonly [K in keyof H]?: Range };
  /** States that change at every micro-step of gradient accumulation. */
  readonly everyMicroStep?: readonly string[];
}

type Widened<H> = { [K in keyof H]: H[K] extends number ? number : boolean };

/**
 * Wraps an optimizer: the same rule with lines before or after it, in one kernel. `groups` give tensors their own
 * values of the wrapper's hyperparameters, besides those of the optimizer's groups.
 */
export type Wrapper<H> = (
  optimizer: Optimizer,
  hyperparameters?: HyperparameterArguments<Widened<H>>,
  options?: OptimizerOptions<HyperparameterArguments<Widened<H>>>,
) => Optimizer;

/**
 * Defines a wrapper by the text of its lines, which may read the optimizer's `lr`, `maximize` and, if it has one,
 * `weightDecay` besides their own names. A wrapper's hyperparameters join those of the optimizer, so that groups and
 * schedules also work for them.
 */
export function defineWrapper<const H extends Readonly<Record<string, HyperparameterValue>>>(
  definition: WrapperDefinition<H>,
): Wrapper<H> {
  const { name, hyperparameters: defaults, state = [], first = [], before = [], after = [] } = definition;
  const { ranges = {}, everyMicroStep = [] } = definition;
  const lines = (rule: readonly string[]): Rule =>
    parseLines({
      name,
      hyperparameters: { lr: 0, weightDecay: 0, maximize: false, ...defaults },
      state,
      rule,
      evaluation: definition.evaluation,
      supersedable: definition.supersedable ?? false,
      uses: definition.uses ?? [],
    });
  const all = lines([...first, ...before, ...after]);
  const [opening, preceding] = [first.length, first.length + before.length];
  const reads = (text: string): boolean => assignments(all.lines).some(({ value }) => readsName(value, text));
  const movesWeights = assignments(all.lines).some(({ target }) => target === "w");

  return (optimizer, hyperparameters = {}, { groups = [] } = {}) => {
    checkIsOptimizer(name, optimizer);
    const wrap = (parts: OptimizerParts): OptimizerParts => {
      const { rule, space } = parts;
      const fail = (why: string): never => {
        throw new Error(`${name} cannot wrap ${rule.name}: ${why}`);
      };
      if (movesWeights && parts.point !== null) {
        const { alternative = "" } = definition;
        const instead = Object.hasOwn(space.defaults, alternative) ? `: set its own ${alternative} instead` : "";
        fail(`it computes its weights from its state '${parts.point}', which ${name} would not move${instead}`);
      }
      if (all.evaluation && rule.evaluation && !rule.supersedable) {
        const instead = all.supersedable && parts.point === null ? `: put ${name} inside` : "";
        fail(`it evaluates with an average of its own, which would have no use${instead}`);
      }
      if (reads("lr") && !Object.hasOwn(space.defaults, "lr")) fail("it has no hyperparameter 'lr'");
      checkCollision(name, rule.name, "hyperparameter", Object.keys(defaults), Object.keys(space.defaults));
      checkCollision(name, rule.name, "state", state, rule.state);
      checkCollision(name, rule.name, "name", namesOf(all), namesOf(rule));
      const merged = { ...parts.hyperparameters, ...defaults, ...(hyperparameters as Hyperparameters) };
      checkMicroSteps(`${name}(${rule.name})`, merged, groups as readonly Group[]);
      const wrapped: Rule = {
        ...rule,
        name: `${name}(${rule.name})`,
        hyperparameters: { ...rule.hyperparameters, ...defaults },
        state: [...rule.state, ...state],
        lines: [
          ...rule.lines.slice(0, rule.openings),
          ...all.lines.slice(0, preceding),
          ...rule.lines.slice(rule.openings),
          ...all.lines.slice(preceding),
        ],
        openings: rule.openings + opening,
        vocabulary: join([rule.vocabulary, all.vocabulary]),
        everyMicroStep: [...rule.everyMicroStep, ...everyMicroStep],
        evaluation: all.evaluation ?? rule.evaluation,
        supersedable: all.evaluation ? all.supersedable : rule.supersedable,
      };
      return {
        ...parts,
        name: `${name}(${parts.name})`,
        rule: wrapped,
        space: {
          ...space,
          defaults: { ...space.defaults, ...defaults },
          ranges: { ...space.ranges, ...(ranges as Record<string, Range>) },
        },
        hyperparameters: merged,
        groups: combineGroups(parts.groups, groups as readonly Group[]),
      };
    };
    return mapParts(optimizer, wrap);
  };
}

/** Throws if a group has its own number of micro-steps: an update changes all tensors at once. */
function checkMicroSteps(owner: string, { microSteps }: Hyperparameters, groups: readonly Group[]): void {
  const other = groups.find((group) => "microSteps" in group && group.microSteps !== microSteps);
  if (!other) return;
  const { match, microSteps: own } = other as Group<{ microSteps: unknown }>;
  throw new RangeError(
    `${owner}, group ${showMatch(match)}: microSteps = ${show(own)}: expected ${show(microSteps)}, as for all tensors`,
  );
}

const readsName = (value: Syntax, name: string): boolean =>
  [...walk(value)].some((node) => node.kind === "name" && node.name === name);

/** Returns the names that a rule defines: a line of one rule must not change the meaning of another's. */
function namesOf({ hyperparameters, state, lines }: Rule): string[] {
  const assigned = assignments(lines).map(({ target }) => target);
  const shared = ["w", "g", "lr", "weightDecay", "maximize"];
  return [...Object.keys(hyperparameters), ...state, ...assigned].filter((name) => !shared.includes(name));
}

function checkCollision(
  name: string,
  inner: string,
  what: string,
  own: readonly string[],
  taken: readonly string[],
): void {
  const both = own.find((candidate) => taken.includes(candidate));
  if (both) throw new Error(`${name} cannot wrap ${inner}: both have a ${what} '${both}'`);
}
