import { suggest } from "../nearest.ts";
import { type Call, ELEMENTARY } from "./calls.ts";
import { GIVEN, type RuleLines } from "./names.ts";
import { type Assignment, parseAssignment, parseExpression, RuleError, type Syntax, walk } from "./syntax.ts";
import { join, type Vocabulary } from "./vocabulary.ts";

/** Value of a hyperparameter; a string is one of several names. */
export type HyperparameterValue = number | boolean | string;

/** Lines that run `count` times; `count` is a hyperparameter, fixed when the rule is specialized. */
export interface RepeatedLines {
  readonly count: string;
  readonly lines: readonly Assignment[];
}

/**
 * An optimizer's update as parsed text. `w` (weights), `g` (gradient) and `t` (1-based step) are given, as are {@link
 * GIVEN_NUMBERS}. A state starts at zero and has the shape of the value assigned to it: one number for each element, row,
 * column or tensor.
 */
export interface Rule {
  readonly name: string;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  readonly state: readonly string[];
  readonly lines: readonly (Assignment | RepeatedLines)[];
  /** Weights to evaluate the model with (averages, schedule-free); null if they are `w`. */
  readonly evaluation: Syntax | null;
  /** True if another average may replace these evaluation weights, because they serve training. */
  readonly supersedable: boolean;
  /** Number of lines at the beginning that read the weights before any wrapper changes them. */
  readonly openings: number;
  /** True if the rule treats each tensor of more than two axes as a matrix: its first axis by all others. */
  readonly asMatrix: boolean;
  /** Functions beyond arithmetic. */
  readonly vocabulary: Vocabulary;
  /** States that change at every micro-step of gradient accumulation; all others change when `applies` is true. */
  readonly everyMicroStep: readonly string[];
}

/** Numbers that a rule may read without declaring them; `applies`, for wrappers, is 1 in the calls that update. */
export const GIVEN_NUMBERS: readonly string[] = [...GIVEN.slice(2), "applies"];

/** Text of a rule, as a developer writes it. */
export interface RuleText {
  readonly name: string;
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  readonly state: readonly string[];
  readonly rule: RuleLines;
  readonly evaluation?: string | undefined;
  readonly supersedable?: boolean;
  readonly asMatrix?: boolean;
  readonly uses?: readonly Vocabulary[];
}

/** Returns all assignments in the order of the text, those of repeated lines once. */
export const assignments = (lines: readonly (Assignment | RepeatedLines)[]): readonly Assignment[] =>
  lines.flatMap((entry) => ("count" in entry ? entry.lines : [entry]));

/**
 * Parses and checks a rule's text.
 * @throws RuleError that shows the line with a caret
 */
export function parseRule(text: RuleText): Rule {
  const rule = parseLines(text);
  const assigned = assignments(rule.lines).map(({ target }) => target);
  const missing = ["w", ...rule.state].find((name) => !assigned.includes(name));
  if (missing) throw new SyntaxError(`${rule.name}: '${missing}' is never assigned`);
  return rule;
}

/** Parses and checks lines that are part of a rule, such as a wrapper's. */
export function parseLines(text: RuleText): Rule {
  const lines = text.rule.map((line) =>
    typeof line === "string" ? parseAssignment(line) : { count: line.repeat, lines: line.lines.map(parseAssignment) },
  );
  const rule: Rule = {
    name: text.name,
    hyperparameters: text.hyperparameters,
    state: text.state,
    lines,
    supersedable: text.supersedable ?? false,
    openings: 0,
    asMatrix: text.asMatrix ?? false,
    vocabulary: join([{ functions: ELEMENTARY }, ...(text.uses ?? [])]),
    everyMicroStep: [],
    evaluation: text.evaluation === undefined ? null : parseExpression(text.evaluation),
  };
  checkNames(rule, text.evaluation ?? "");
  return rule;
}

/** Makes the checks of the TypeScript compiler at run time, for rules that it has not seen. */
function checkNames(rule: Rule, evaluationText: string): void {
  const fixed = new Set([...Object.keys(rule.hyperparameters), ...GIVEN_NUMBERS]);
  const known = new Set([...fixed, ...rule.state, "w", "g"]);
  const checkExpression = (syntax: Syntax, text: string): void => {
    for (const node of walk(syntax)) {
      if (node.kind === "name" && !known.has(node.name))
        throw new RuleError(`${rule.name}: unknown name '${node.name}'`, text, node.at);
      if (node.kind !== "call") continue;
      const call: Call | undefined = rule.vocabulary.functions[node.name];
      if (!call)
        throw new RuleError(
          `${rule.name}: unknown function '${node.name}': ${suggest(node.name, Object.keys(rule.vocabulary.functions))}`,
          text,
          node.at,
        );
      const [least, most] = call.takes;
      const count = node.arguments.length;
      if (count < least || count > most) {
        const expected = least === most ? `${least}` : `${least} to ${most}`;
        throw new RuleError(`${rule.name}: '${node.name}' takes ${expected} argument(s), not ${count}`, text, node.at);
      }
    }
  };
  for (const { target, value, text } of assignments(rule.lines)) {
    checkExpression(value, text);
    if (fixed.has(target)) {
      const what = target in rule.hyperparameters ? "a hyperparameter" : "given";
      throw new RuleError(`${rule.name}: '${target}' is ${what} and cannot be assigned`, text, text.indexOf(target));
    }
    known.add(target);
  }
  if (rule.evaluation) checkExpression(rule.evaluation, evaluationText);
}
