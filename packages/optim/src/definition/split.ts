import { suggest } from "../nearest.ts";
import type { Rule } from "../rule/rule.ts";
import type { Assignment } from "../rule/syntax.ts";
import { show } from "../show.ts";
import {
  type Condition,
  checkCondition,
  fulfills,
  type NamedTensors,
  ROLES,
  type Role,
  showConditions,
} from "./condition.ts";
import { matches, partsOf as matchesOf, showMatch } from "./groups.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerParts, SplitParts } from "./parts.ts";

/** Part of a split: the optimizer of the tensors that fulfill a condition. */
export interface SplitPart extends Condition {
  readonly optimizer: Optimizer;
}

/** Optimizers by the role of tensors in the model; `rest` takes all others. */
export type SplitByRole = { readonly [R in Role | "rest"]?: Optimizer };

type Part = SplitParts["others"][number];

/**
 * Combines several optimizers: each updates the tensors that fulfill its condition, with hyperparameters, schedules,
 * groups and wrappers of its own. The result is an optimizer like any other, with one state.
 *
 * A tensor belongs to the first part whose condition it fulfills. An object names roles, and `rest` for all other tensors;
 * a list has any conditions, and a part without one takes all remaining tensors. A role may have no tensor; a match or a
 * rank must have one. The parts of a split within a split are inserted at its place.
 *
 * A wrapper around a split applies to all parts: `clipByGlobalNorm` uses the norm of all gradients. A wrapper of a part
 * sees the tensors of that part alone. Accumulate gradients around the split. The first part is the main one: readers of
 * one learning rate, such as a range test, read its `lr`, and the range test scales the rates of all parts by one factor.
 *
 * @throws TypeError if a part has no optimizer, or its condition is invalid
 * @throws Error when bound, if no part takes a tensor, or no tensor is left for a part
 * @example
 * split({ hidden: muon({ lr: 0.02 }), rest: adamw({ lr: 2e-3 }) });
 * @example
 * split([{ match: /\.bias$/, optimizer: sgd({ lr: 0.1 }) }, { rank: [2, 4], optimizer: muon() }, { optimizer: adamw() }]);
 */
export function split(parts: SplitByRole | readonly SplitPart[]): Optimizer {
  const listed = Array.isArray(parts) ? (parts as readonly SplitPart[]) : listOf(parts as SplitByRole);
  if (listed.length === 0) throw new TypeError("split: expected optimizers, such as { hidden: muon(), rest: adamw() }");
  const all = listed.flatMap((part, index) =>
    partsOf(part, `split, part ${index + 1}`).map((own) => withScope(own, index)),
  );
  const whole = listed.findIndex(({ optimizer: _, ...condition }) => Object.keys(condition).length === 0);
  if (whole !== -1 && whole < listed.length - 1) {
    throw new TypeError(`split, part ${whole + 1}: it has no condition, and so takes all tensors: put it last`);
  }
  const texts = all.map(({ takes, parts }) => `${showConditions(takes)}: ${parts.rule.name}`);
  const [first, ...others] = all as [Part, ...Part[]];
  return new Optimizer({
    ...first.parts,
    name: `split(${texts.join(", ")})`,
    split: { takes: first.takes, others, divide },
  });
}

function listOf({ rest, ...parts }: SplitByRole = {}): SplitPart[] {
  const byRole = Object.entries(parts).map(([role, optimizer]) => ({ role: role as Role, optimizer }));
  const unknown = byRole.find(({ role }) => !ROLES.includes(role));
  if (unknown) {
    throw new TypeError(`split: unknown role ${show(unknown.role)}: expected ${ROLES.join(", ")}, rest, or a list`);
  }
  return [...byRole, ...(rest === undefined ? [] : [{ optimizer: rest }])];
}

/** Returns a part of a split; of an optimizer that is a split itself, all of its parts. */
function partsOf({ optimizer, ...condition }: SplitPart, where: string): Part[] {
  if (!(optimizer instanceof Optimizer)) {
    const hint = "expected an optimizer without closures, such as adamw()";
    throw new TypeError(`${where}: optimizer = ${show(optimizer)}: ${hint}`);
  }
  checkCondition(where, condition);
  const { split, ...whole } = optimizer.parts;
  const main = { ...whole, name: whole.rule.name };
  const takes = Object.keys(condition).length === 0 ? [] : [condition];
  const parts = split ? [{ takes: split.takes, parts: main }, ...split.others] : [{ takes: [], parts: main }];
  const accumulating = parts.find(({ parts }) => parts.rule.everyMicroStep.length > 0);
  if (accumulating) {
    throw new TypeError(
      `${where}: ${accumulating.parts.rule.name} accumulates gradients: wrap the split, since all tensors change at once`,
    );
  }
  return parts.map((part) => ({ takes: [...takes, ...part.takes], parts: part.parts }));
}

/** Keeps the sums over all tensors of a part apart from those of other parts. */
function withScope({ takes, parts }: Part, index: number): Part {
  const scoped = (line: Assignment): Assignment => ({ ...line, scope: `${index}/${line.scope ?? ""}` });
  const lines: Rule["lines"] = parts.rule.lines.map((line) =>
    "count" in line ? { ...line, lines: line.lines.map(scoped) } : scoped(line),
  );
  return { takes, parts: { ...parts, rule: { ...parts.rule, lines } } };
}

function divide(whole: OptimizerParts, tensors: NamedTensors): { parts: OptimizerParts; names: string[] }[] {
  const { name } = whole;
  const { takes, others } = whole.split as SplitParts;
  const parts: Part[] = [{ takes, parts: whole }, ...others];
  const names: string[][] = parts.map(() => []);
  const unknown = Object.keys(tensors.roles).find((tensor) => !tensors.names.includes(tensor));
  if (unknown !== undefined)
    throw new Error(`roles: no tensor is named '${unknown}': ${suggest(unknown, tensors.names)}`);
  for (const tensor of tensors.names) {
    const index = parts.findIndex(({ takes }) => takes.every((condition) => fulfills(tensor, condition, tensors)));
    const owned = names[index];
    if (!owned) throw new Error(`${name}: no part takes '${tensor}': add a part without condition, or rest, for it`);
    owned.push(tensor);
  }
  const fail = (what: string): never => {
    throw new Error(`${name}: no tensor is left for the ${what}: the tensors are ${tensors.names.join(", ")}`);
  };
  const served = new Set(parts.flatMap(({ takes }, index) => (names[index]?.length ? takes : [])));
  // A model need not have every role, so that one split fits many models.
  const isNeeded = ({ match, rank }: Condition): boolean => match !== undefined || rank !== undefined;
  const idle = parts.find(({ takes }) => takes.some((condition) => isNeeded(condition) && !served.has(condition)));
  if (idle) fail(`part ${showConditions(idle.takes)}`);
  // A group of a wrapper around the split, or of a whole training, may concern only some parts.
  const used = parts.map(({ parts: { groups } }, index) => {
    const firsts = names[index]?.map((tensor) => groups.find(({ match }) => matches(match, tensor)));
    return groups.filter((group) => firsts?.includes(group));
  });
  const matched = new Set(used.flat().flatMap(({ match }) => matchesOf(match)));
  const all = parts.flatMap(({ parts: { groups } }) => groups.flatMap(({ match }) => matchesOf(match)));
  const empty = all.find((match) => !matched.has(match));
  if (empty !== undefined) fail(`group ${showMatch(empty)}`);
  const [main, ...rest] = parts.map(({ parts }, index) => ({
    parts: { ...parts, groups: used[index] ?? [] },
    names: names[index] ?? [],
  }));
  return main ? [...rest, main] : rest;
}
