import type { ELEMENTARY } from "./calls.ts";

/**
 * Types that check the names of a rule.
 *
 * A rule is text, and a misspelled name in text usually stays hidden until it runs. These types read the text: a rule
 * with an unknown name, or with a state that is never assigned, does not compile, and the message appears at its line.
 * They check names only and skip numbers, operators and quoted text: the parser checks the syntax when the module
 * loads.
 */

/** Lines that run as many times as the hyperparameter `repeat` gives. */
export interface Repeat<Count extends string = string, Lines extends readonly string[] = readonly string[]> {
  readonly repeat: Count;
  readonly lines: Lines;
}

export function repeat<const Count extends string, const Lines extends readonly string[]>(
  count: Count,
  lines: Lines,
): Repeat<Count, Lines> {
  return { repeat: count, lines };
}

export type RuleLines = readonly (string | Repeat)[];

/** Names that every rule may read without declaring them: the weights, the gradient, and numbers. */
export const GIVEN = ["w", "g", "t", "machineEpsilon", "rank", "rows", "columns", "size"] as const;
export type GivenNames = (typeof GIVEN)[number];

/** Given names that a rule cannot assign: all except the weights and the gradient. */
type FixedNames = Exclude<GivenNames, "w" | "g">;

/** Functions that every rule may call; vocabularies add others. */
export type ElementaryFunctions = keyof typeof ELEMENTARY;

/**
 * Type of an optimizer's `rule`: `Lines` itself if all names are valid. Otherwise a message replaces each wrong line,
 * or the whole rule if an assignment is missing, and the compiler prints the message as the expected type.
 *
 * Use it alone, as in `rule: CheckRule<Lines, ...>`: TypeScript infers `Lines` through the branches of a conditional
 * type. `Lines & CheckRule<...>` would intersect a line with its message to `never` and lose the message.
 */
export type CheckRule<
  Lines extends RuleLines,
  Hyperparameters extends string,
  States extends string,
  Functions extends string = ElementaryFunctions,
> = string extends Hyperparameters | States
  ? Lines
  : CheckLines<Lines, Hyperparameters, Hyperparameters | States | GivenNames | `${Functions}(`> extends infer Checked
    ? Lines extends Checked
      ? Or<Unassigned<Exclude<States | "w", Assigned<Lines[number]>>>, Lines>
      : Checked
    : never;

/** Type of one expression over the names `Known`: `Text` itself, or a message. */
export type CheckText<Text extends string, Known extends string, Functions extends string = ElementaryFunctions> =
  IsComputed<Text> extends true ? Text : Or<Misread<Operands<Text>, Known | `${Functions}(`, Text>, Text>;

// Lines. Messages are string literals; several form a union, and `never` means no message.

type Or<Message, Otherwise> = [Message] extends [never] ? Otherwise : Message;

/** True if the compiler knows only a pattern of the text (`string`, `m = ${number}`), which is then not checked. */
type IsComputed<Text extends string> = Record<never, 1> extends Record<Text, 1> ? true : false;

/**
 * Checks lines in order, because a line may read the assignments of earlier lines. An array that is not a tuple is not
 * checked.
 */
type CheckLines<
  Lines extends readonly unknown[],
  Hyperparameters extends string,
  Known extends string,
  Checked extends readonly unknown[] = readonly [],
> = Lines extends readonly [infer Line, ...infer Rest]
  ? CheckLines<
      Rest,
      Hyperparameters,
      Known | Assigned<Line>,
      readonly [...Checked, Or<Fault<Line, Hyperparameters, Known>, Line>]
    >
  : readonly [...Checked, ...Lines];

type Fault<Line, Hyperparameters extends string, Known extends string> = Line extends string
  ? IsComputed<Line> extends true
    ? never
    : Line extends `${infer Target}=${infer Expression}`
      ? Trim<Expression> extends "" | `=${string}`
        ? NoAssignment<Line>
        : Or<Misassigned<Trim<Target>, Hyperparameters, Line>, Misread<Operands<Expression>, Known, Line>>
      : NoAssignment<Line>
  : Line extends Repeat<infer Count, infer Block>
    ? Miscounted<Count, Hyperparameters> | Exclude<CheckLines<Block, Hyperparameters, Known>[number], Block[number]>
    : never;

type NoAssignment<Line extends string> = `expected 'name = expression', not '${Line}'`;

type Misassigned<
  Target extends string,
  Hyperparameters extends string,
  Line extends string,
> = Target extends Hyperparameters
  ? `'${Target}' is a hyperparameter and cannot be assigned`
  : Target extends FixedNames
    ? `'${Target}' is given and cannot be assigned`
    : Target extends "" | Numeral | `${string}${Operators[number] | Space | "," | "(" | "'"}${string}`
      ? NoAssignment<Line>
      : never;

type Miscounted<Count extends string, Hyperparameters extends string> =
  IsComputed<Count> extends true ? never : `repeat count '${Exclude<Count, Hyperparameters>}' is not a hyperparameter`;

type Assigned<Line> = Line extends string
  ? IsComputed<Line> extends true
    ? string
    : Line extends `${infer Target}=${string}`
      ? Trim<Target>
      : never
  : Line extends Repeat<string, infer Block>
    ? Assigned<Block[number]>
    : never;

type Unassigned<Name extends string> = Name extends "w" ? "'w' is never assigned" : `state '${Name}' is never assigned`;

// Expressions. The text is split at one operator after another: a few dozen steps per line, where reading it letter by
// letter would take the compiler several times as many.

type Operators = ["+", "-", "*", "/", "^", "%", ")", "<", ">", "=", "!", "?", ":"];

/**
 * Beginning of a number. Splitting at operators also splits a number at the sign of its exponent: `1e-8` becomes `1e`
 * and `8`.
 */
type Numeral = `${Digit}${string}` | `.${Digit}${string}`;
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Space = " " | "\t" | "\n";

/** Operands, each followed by a comma; opening parentheses stay: `sqrt(2*v)+m` becomes `sqrt(2,v,,m,`. */
type Operands<Expression extends string> = `${Commas<Unquote<Expression>>},`;

/** First fault only: a second one is usually a consequence, and two messages at once are hard to read. */
type Misread<
  Text extends string,
  Known extends string,
  Line extends string,
> = Text extends `${infer Operand},${infer Rest}`
  ? [Unknown<Operand, Known>] extends [never]
    ? Misread<Rest, Known, Line>
    : `${Unknown<Operand, Known>} in '${Line}'`
  : never;

/**
 * Message for an unknown operand. `Known` is compared alone: with `Known | Numeral` the compiler would compare every
 * name with every pattern.
 */
type Unknown<Operand extends string, Known extends string> = Operand extends `${infer Name}(${infer Inner}`
  ? Trim<Name> extends ""
    ? Unknown<Inner, Known>
    : `${Trim<Name>}(` extends Known
      ? Unknown<Inner, Known>
      : `unknown function '${Trim<Name>}'`
  : Trim<Operand> extends Known
    ? never
    : Trim<Operand> extends Numeral | ""
      ? never
      : `unknown name '${Trim<Operand>}'`;

/** Replaces quoted text, which may contain anything, by a number. */
type Unquote<Text extends string> = Text extends `${infer Before}'${string}'${infer After}`
  ? Unquote<`${Before}0${After}`>
  : Text;

/** Replaces each operator by a comma. */
type Commas<Text extends string, From extends readonly string[] = Operators> = From extends readonly [
  infer First extends string,
  ...infer Others extends readonly string[],
]
  ? Commas<Replace<Text, First>, Others>
  : Text;

type Replace<
  Text extends string,
  From extends string,
  Done extends string = "",
> = Text extends `${infer Part}${From}${infer Rest}` ? Replace<Rest, From, `${Done}${Part},`> : `${Done}${Text}`;

type Trim<Text extends string> = Text extends `${Space}${infer Rest}`
  ? Trim<Rest>
  : Text extends `${infer Rest}${Space}`
    ? Trim<Rest>
    : Text;
