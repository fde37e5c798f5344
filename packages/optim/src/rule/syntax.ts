import { children } from "./children.ts";
/** Parsed text of one rule line. `at` is the column of the node's first character, for error messages. */
export type Syntax =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "unary"; readonly op: "-" | "!"; readonly a: Syntax; readonly at: number }
  | { readonly kind: "binary"; readonly op: InfixOperator; readonly a: Syntax; readonly b: Syntax; readonly at: number }
  | {
      readonly kind: "choose";
      readonly condition: Syntax;
      readonly yes: Syntax;
      readonly no: Syntax;
      readonly at: number;
    }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Syntax[]; readonly at: number };

export type InfixOperator = "+" | "-" | "*" | "/" | "%" | "^" | "<" | ">" | "<=" | ">=" | "==" | "!=";

/** One line of a rule, `target = value`. */
export interface Assignment {
  readonly target: string;
  readonly value: Syntax;
  readonly text: string;
  /** Part of a split to which the line belongs: its sums over all tensors are those of the part. */
  readonly scope?: string;
}

/** A mistake in the text of a rule: the message shows the line, or the part around the mistake, with a caret. */
export class RuleError extends SyntaxError {
  override readonly name = "RuleError";
  constructor(problem: string, text: string, at: number) {
    const { excerpt, column } = excerptOf(text, at);
    super(`${problem}\n  ${excerpt}\n  ${" ".repeat(column)}^`);
  }
}

/** Maximum length of the text in an error message. */
const SHOWN = 160;

function excerptOf(text: string, at: number): { readonly excerpt: string; readonly column: number } {
  if (text.length <= SHOWN) return { excerpt: text, column: at };
  const from = Math.max(0, at - SHOWN / 2);
  return { excerpt: `...${text.slice(from, from + SHOWN)}...`, column: at - from + 3 };
}

/**
 * Maximum depth of a line: nested parentheses, calls, signs and powers, and the number of terms of a sum. Recursive
 * functions on the parsed text recurse as deep.
 */
const MAX_DEPTH = 256;
/** Maximum number of numbers, names, operators and calls in a line. */
const MAX_SIZE = 4096;

/** Binding powers [left, right]: a higher power binds tighter; `^` groups to the right, as in the papers. */
const BINDING: Readonly<Record<string, readonly [number, number]>> = {
  "?": [1, 1],
  "==": [3, 4],
  "!=": [3, 4],
  "<": [5, 6],
  ">": [5, 6],
  "<=": [5, 6],
  ">=": [5, 6],
  "+": [7, 8],
  "-": [7, 8],
  "*": [9, 10],
  "/": [9, 10],
  "%": [9, 10],
  "^": [14, 13],
};
/** Between `*` and `^`: -x^2 is -(x^2), and -a * b is (-a) * b. */
const UNARY_BINDING = 11;

const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|'(?<text>[^']*)'|(?<symbol><=|>=|==|!=|[-+*/%^(),<>?:!]))/y;

interface Token {
  readonly kind: "number" | "name" | "text" | "symbol" | "end";
  readonly value: string;
  readonly at: number;
}

function tokenize(text: string, start: number): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = start;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match?.groups) {
      const at = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
      throw new RuleError(`unexpected character '${text[at]}'`, text, at);
    }
    const [kind, value] = Object.entries(match.groups).find(([, found]) => found !== undefined) as [
      Token["kind"],
      string,
    ];
    tokens.push({ kind, value, at: TOKEN.lastIndex - value.length - (kind === "text" ? 2 : 0) });
  }
  tokens.push({ kind: "end", value: "the end of the line", at: end });
  return tokens;
}

/** Parses tokens by operator precedence (a Pratt parser): each operator's binding power limits its right operand. */
function parseTokens(text: string, tokens: readonly Token[]): Syntax {
  let position = 0;
  let nesting = 0;
  let size = 0;
  const depths = new WeakMap<Syntax, number>();
  const peek = (): Token => tokens[position] as Token;
  const advance = (): Token => tokens[position++] as Token;
  const isSymbol = (value: string): boolean => peek().kind === "symbol" && peek().value === value;
  const fail = (problem: string, at = peek().at): never => {
    throw new RuleError(problem, text, at);
  };
  const limit = (count: number, most: number, unit: string, at?: number): void => {
    if (count > most) fail(`the line has more than ${most} ${unit}: split it into lines`, at);
  };
  /** Registers a node, and throws if the line exceeds a limit. */
  const made = <Node extends Syntax>(node: Node): Node => {
    const depth = 1 + Math.max(0, ...children(node).map((child) => depths.get(child) as number));
    limit(depth, MAX_DEPTH, "levels", node.at);
    limit(++size, MAX_SIZE, "parts", node.at);
    depths.set(node, depth);
    return node;
  };
  const expect = (symbol: string): void => {
    if (!isSymbol(symbol)) fail(`expected '${symbol}', found ${describe(peek())}`);
    advance();
  };

  function operand(): Syntax {
    const token = peek();
    const { at } = token;
    // A number beyond float64 is not a value.
    if (token.kind === "number" && Number(token.value) < Infinity) {
      return made({ kind: "number", value: Number(advance().value), at });
    }
    if (token.kind === "text") return made({ kind: "text", value: advance().value, at });
    if (token.kind === "name") {
      advance();
      return isSymbol("(")
        ? made({ kind: "call", name: token.value, arguments: callArguments(), at })
        : made({ kind: "name", name: token.value, at });
    }
    if (isSymbol("(")) {
      advance();
      const inner = expression(0);
      expect(")");
      return inner;
    }
    if (isSymbol("-") || isSymbol("!")) {
      const op = advance().value as "-" | "!";
      return made({ kind: "unary", op, a: expression(UNARY_BINDING), at });
    }
    return fail(`expected a value, found ${describe(token)}`);
  }

  function callArguments(): Syntax[] {
    expect("(");
    const list: Syntax[] = [];
    if (!isSymbol(")")) {
      list.push(expression(0));
      while (isSymbol(",")) {
        advance();
        list.push(expression(0));
      }
    }
    expect(")");
    return list;
  }

  function expression(minimum: number): Syntax {
    limit(++nesting, MAX_DEPTH, "levels");
    const whole = operators(minimum);
    nesting--;
    return whole;
  }

  function operators(minimum: number): Syntax {
    let left = operand();
    for (;;) {
      const binding = peek().kind === "symbol" ? BINDING[peek().value] : undefined;
      if (!binding || binding[0] < minimum) return left;
      const { value: op, at } = advance();
      if (op === "?") {
        const yes = expression(0);
        expect(":");
        left = made({ kind: "choose", condition: left, yes, no: expression(binding[1]), at });
      } else {
        left = made({ kind: "binary", op: op as InfixOperator, a: left, b: expression(binding[1]), at });
      }
    }
  }

  const whole = expression(0);
  if (peek().kind !== "end") fail(`expected an operator or the end of the line, found ${describe(peek())}`);
  return whole;
}

const describe = (token: Token): string => (token.kind === "end" ? token.value : `'${token.value}'`);

/**
 * Parses an expression such as `(w - (1 - beta1) * z) / beta1`.
 * @throws RuleError that shows the text with a caret
 */
export function parseExpression(text: string): Syntax {
  return parseTokens(text, tokenize(text, 0));
}

/**
 * Parses a line such as `m = beta1 * m + (1 - beta1) * g`.
 * @throws RuleError that shows the line with a caret
 */
export function parseAssignment(text: string): Assignment {
  const head = /^\s*([A-Za-z_]\w*)\s*=(?!=)/.exec(text);
  if (!head) throw new RuleError("expected 'name = expression'", text, 0);
  return { target: head[1] as string, value: parseTokens(text, tokenize(text, head[0].length)), text };
}

/** Iterates over a node and all nodes below it. */
export function* walk(syntax: Syntax): Generator<Syntax> {
  const waiting = [syntax];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node;
    waiting.push(...[...children(node)].reverse());
  }
}
