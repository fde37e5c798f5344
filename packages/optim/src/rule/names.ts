import type { ELEMENTARY } from "./calls.ts";

/**
 * The names of a rule, checked by the TypeScript compiler.
 *
 * A rule is text, and text usually hides a misspelt name until it runs. These types read the text: a rule
 * with an unknown name, or with a state that is never assigned, does not compile, and the message stands on
 * its line. They look at names only. Syntax is the parser's, which throws when the module loads; so
 * numbers, operators and quoted text are skipped here, well formed or not.
 */

/** A block of lines that runs as many times as the hyperparameter `repeat` says. */
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

/** What every rule may read without declaring it. */
export type GivenNames = "w" | "g" | "t" | "rank" | "rows" | "columns" | "size" | "machineEpsilon";

/** Of what is given, a rule may change the weights and the gradient only. */
type FixedNames = Exclude<GivenNames, "w" | "g">;

/** The functions that every rule may call; vocabularies bring others. */
export type ElementaryFunctions = keyof typeof ELEMENTARY;

/**
 * The type of an optimizer's `rule`: `Lines` itself when all is well. Otherwise a message takes the place
 * of each bad line, or of the whole rule when something is missing from it, and the compiler prints it as
 * the type that it expected there.
 *
 * Use it bare, `rule: CheckRule<Lines, ...>`: TypeScript infers `Lines` through the branches of a
 * conditional type. In `Lines & CheckRule<...>` a line and its message would meet as `never`, and the
 * message would be lost.
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

/** The type of one expression over the names `Known`: `Text` itself, or a message. */
export type CheckText<Text extends string, Known extends string, Functions extends string = ElementaryFunctions> =
  IsComputed<Text> extends true ? Text : Or<Misread<Operands<Text>, Known | `${Functions}(`, Text>, Text>;

// Lines. Messages are string literals, several make a union, and `never` is none.

type Or<Message, Otherwise> = [Message] extends [never] ? Otherwise : Message;

/** Whether the compiler knows a text's pattern only (`string`, `m = ${number}`): it then passes unread. */
type IsComputed<Text extends string> = Record<never, 1> extends Record<Text, 1> ? true : false;

/** In order, because a line may read what earlier lines assign. An array that is no tuple passes unread. */
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

// Expressions. Text is cut at one operator after the other: a few dozen steps a line, where reading it letter
// by letter would take the compiler several times as many.

type Operators = ["+", "-", "*", "/", "^", "%", ")", "<", ">", "=", "!", "?", ":"];

/** Cutting at operators cuts a number at its exponent's sign, too: `1e-8` becomes `1e` and `8`. */
type Numeral = `${Digit}${string}` | `.${Digit}${string}`;
type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Space = " " | "\t" | "\n";

/** The operands, each followed by a comma; what opens on them stays: `sqrt(2*v)+m` becomes `sqrt(2,v,,m,`. */
type Operands<Expression extends string> = `${Commas<Unquote<Expression>>},`;

/** The first fault only: a second one is mostly a consequence, and two messages at once are hard to read. */
type Misread<
  Text extends string,
  Known extends string,
  Line extends string,
> = Text extends `${infer Operand},${infer Rest}`
  ? [Unknown<Operand, Known>] extends [never]
    ? Misread<Rest, Known, Line>
    : `${Unknown<Operand, Known>} in '${Line}'`
  : never;

/** `Known` is asked alone: in `Known | Numeral`, the compiler would compare every name with every pattern. */
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

/** Quoted text may contain anything, and is a constant like a number. */
type Unquote<Text extends string> = Text extends `${infer Before}'${string}'${infer After}`
  ? Unquote<`${Before}0${After}`>
  : Text;

/** Puts a comma for each operator. */
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
