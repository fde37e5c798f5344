import { lineDecider } from "../rule/decide.ts";
import { assignments, GIVEN_NUMBERS, type HyperparameterValue, type RepeatedLines, type Rule } from "../rule/rule.ts";
import { type Assignment, type Syntax, walk } from "../rule/syntax.ts";

/** Symbols of the field's papers; all other names keep theirs. */
const SYMBOLS: Readonly<Record<string, string>> = {
  lr: "\\eta",
  eps: "\\epsilon",
  weightDecay: "\\lambda",
  momentum: "\\mu",
  dampening: "\\tau",
  machineEpsilon: "\\varepsilon_{\\mathrm{mach}}",
};
const GREEK = /^(alpha|beta|gamma|eta|kappa|lambda|mu|nu|rho|sigma|theta|psi)(\d*)$/;

/** Precedence of a formula; a looser one inside a tighter one needs parentheses. */
enum Tightness {
  Choice,
  Comparison,
  Sum,
  Product,
  Sign,
  Power,
  Atom,
}

interface Formula {
  readonly text: string;
  readonly tightness: Tightness;
}

/**
 * Returns the rule as LaTeX, one line of an `aligned` block for each line of its text. Booleans and choices have the
 * given values or the defaults; lines without effect are omitted. A state has the index t - 1 before the line that
 * assigns it, and t from there on.
 *
 * @example toLatex(adam.rule, { amsgrad: true })
 */
export function toLatex(rule: Rule, hyperparameters: Readonly<Record<string, HyperparameterValue>> = {}): string {
  const decide = lineDecider({ ...rule.hyperparameters, ...hyperparameters });
  const decided = rule.lines.map((entry) =>
    "count" in entry ? { ...entry, lines: entry.lines.map(decide) } : decide(entry),
  );
  const live = liveNames(rule, decided);
  const lines = decided.filter((entry) => "count" in entry || live.has(entry.target));
  const writer = new LatexWriter(rule, lines);
  const rows = lines.flatMap((entry) => {
    if (!("count" in entry)) return writer.line(entry);
    return [
      `&\\text{repeat } ${writer.name(entry.count)} \\text{ times:}`,
      ...entry.lines.flatMap((line) => writer.line(line, "\\quad ")),
    ];
  });
  return `\\begin{aligned}\n${rows.join(" \\\\\n")}\n\\end{aligned}`;
}

/** Returns the names on which the weights depend, at this step or a later one. */
function liveNames(rule: Rule, lines: readonly (Assignment | RepeatedLines)[]): Set<string> {
  const live = new Set<string>();
  const follow = (name: string): void => {
    if (live.has(name)) return;
    live.add(name);
    for (const { target, value } of assignments(lines)) if (target === name) followAll(value);
  };
  const followAll = (syntax: Syntax): void => {
    for (const node of walk(syntax)) if (node.kind === "name") follow(node.name);
  };
  follow("w");
  if (rule.evaluation) followAll(rule.evaluation);
  return live;
}

/** Returns the names whose value of the previous step is read. */
function readBeforeAssigned(lines: readonly (Assignment | RepeatedLines)[]): Set<string> {
  const assigned = new Set<string>();
  const read = new Set<string>();
  for (const { target, value } of assignments(lines)) {
    for (const node of walk(value)) if (node.kind === "name" && !assigned.has(node.name)) read.add(node.name);
    assigned.add(target);
  }
  return read;
}

class LatexWriter {
  readonly #assigned = new Set<string>();
  /** Names that only rename another, written as that one. */
  readonly #aliases = new Map<string, string>();
  readonly #kept: ReadonlySet<string>;

  constructor(
    private readonly rule: Rule,
    lines: readonly (Assignment | RepeatedLines)[],
  ) {
    this.#kept = readBeforeAssigned(lines);
  }

  line({ target, value }: Assignment, indent = ""): string[] {
    if (value.kind === "name" && value.name === target) return [];
    if (value.kind === "name" && target !== "w" && !this.#kept.has(target)) {
      this.#aliases.set(target, value.name);
      return [];
    }
    const right = this.#formula(value).text;
    const isAgain = this.#assigned.has(target) || target === "g";
    this.#assigned.add(target);
    return [`${indent}${this.name(target)} &${isAgain ? "\\leftarrow" : "="} ${right}`];
  }

  /** Returns a name with its time index; hyperparameters have none. */
  name(name: string): string {
    const alias = this.#aliases.get(name);
    if (alias !== undefined) return this.name(alias);
    const isStream = name === "w" || this.rule.state.includes(name);
    const isConstant = name in this.rule.hyperparameters || GIVEN_NUMBERS.includes(name);
    const time = isConstant ? "" : isStream && !this.#assigned.has(name) ? "t-1" : "t";
    const [, base, decoration] = /^(.+?)(Hat|Max|Bar)?$/.exec(name) as unknown as [string, string, string?];
    const numbered = GREEK.test(base) ? null : /^([A-Za-z]+)(\d+)$/.exec(base);
    const symbol = this.#symbol(numbered ? (numbered[1] as string) : base);
    const index = [numbered?.[2], time].filter(Boolean).join(",");
    const subscript = index ? `_{${index}}` : "";
    if (decoration === "Hat") return `\\hat{${symbol}}${subscript}`;
    if (decoration === "Bar") return `\\bar{${symbol}}${subscript}`;
    return `${symbol}${decoration ? "^{\\max}" : ""}${subscript}`;
  }

  #symbol(base: string): string {
    const known = SYMBOLS[base];
    if (known) return known;
    const greek = GREEK.exec(base);
    if (greek) return `\\${greek[1]}${greek[2] ? `_{${greek[2]}}` : ""}`;
    return base.length === 1 ? base : `\\mathrm{${base}}`;
  }

  #formula(syntax: Syntax): Formula {
    switch (syntax.kind) {
      case "number":
        return { text: number(syntax.value), tightness: Tightness.Atom };
      case "text":
        return { text: `\\text{${syntax.value.replaceAll("_", "\\_")}}`, tightness: Tightness.Atom };
      case "name":
        return { text: this.name(syntax.name), tightness: Tightness.Atom };
      case "unary":
        return {
          text: `${syntax.op === "!" ? "\\lnot " : "-"}${this.#within(syntax.a, Tightness.Sign)}`,
          tightness: Tightness.Sign,
        };
      case "binary":
        return this.#binary(syntax);
      case "choose":
        return this.#cases(syntax.condition, syntax.yes, syntax.no);
      case "call":
        return this.#call(syntax);
    }
  }

  #text(syntax: Syntax): string {
    return this.#formula(syntax).text;
  }

  #within(syntax: Syntax, least: Tightness): string {
    const { text, tightness } = this.#formula(syntax);
    return tightness < least ? `\\left(${text}\\right)` : text;
  }

  #binary({ op, a, b }: Extract<Syntax, { kind: "binary" }>): Formula {
    switch (op) {
      case "+":
        return {
          text: `${this.#within(a, Tightness.Sum)} + ${this.#within(b, Tightness.Sum)}`,
          tightness: Tightness.Sum,
        };
      case "-":
        return {
          text: `${this.#within(a, Tightness.Sum)} - ${this.#within(b, Tightness.Product)}`,
          tightness: Tightness.Sum,
        };
      case "*": {
        const right = this.#within(b, Tightness.Product);
        const sign = /^[\d.]/.test(right) ? " \\cdot " : "\\, ";
        return { text: `${this.#within(a, Tightness.Product)}${sign}${right}`, tightness: Tightness.Product };
      }
      case "/":
        return { text: `\\frac{${this.#text(a)}}{${this.#text(b)}}`, tightness: Tightness.Product };
      case "%":
        return {
          text: `${this.#within(a, Tightness.Product)} \\bmod ${this.#within(b, Tightness.Power)}`,
          tightness: Tightness.Product,
        };
      case "^":
        return { text: this.#power(a, this.#text(b)), tightness: Tightness.Power };
      default: {
        const sign = { "<": "<", ">": ">", "<=": "\\le", ">=": "\\ge", "==": "=", "!=": "\\ne" }[op];
        return {
          text: `${this.#within(a, Tightness.Sum)} ${sign} ${this.#within(b, Tightness.Sum)}`,
          tightness: Tightness.Comparison,
        };
      }
    }
  }

  /** Returns a power; a base that has a superscript is put in parentheses. */
  #power(base: Syntax, exponent: string): string {
    const text = this.#within(base, Tightness.Atom);
    return `${text.includes("^") && !text.startsWith("\\left(") ? `\\left(${text}\\right)` : text}^{${exponent}}`;
  }

  #cases(condition: Syntax, yes: Syntax, no: Syntax): Formula {
    const rows = [`${this.#text(yes)} & \\text{if } ${this.#text(condition)}`, `${this.#text(no)} & \\text{else}`];
    return { text: `\\begin{cases} ${rows.join(" \\\\ ")} \\end{cases}`, tightness: Tightness.Choice };
  }

  #call({ name, arguments: operands }: Extract<Syntax, { kind: "call" }>): Formula {
    const texts = operands.map((operand) => this.#text(operand));
    const [x = "", ...rest] = texts;
    const atom = (text: string): Formula => ({ text, tightness: Tightness.Atom });
    const over = rest.length > 0 ? `_{\\text{axis }${rest.join(",")}}` : "";
    const called = (operator: string): Formula => atom(`${operator}\\left(${texts.join(",\\, ")}\\right)`);
    const first = operands[0] as Syntax;
    switch (name) {
      case "sqrt":
        return atom(`\\sqrt{${x}}`);
      case "abs":
        return atom(`\\left|${x}\\right|`);
      case "norm":
        return atom(`\\left\\lVert ${x} \\right\\rVert_{2${rest.length > 0 ? `,\\text{axis }${rest.join(",")}` : ""}}`);
      case "unitNorm":
        return atom(`\\left\\lVert ${x} \\right\\rVert_{\\text{unit}}`);
      case "totalNorm":
        return atom(`\\left\\lVert ${x} \\right\\rVert_{\\text{all}}`);
      case "sum":
        return {
          text: `\\textstyle\\sum${over} ${this.#within(first, Tightness.Product)}`,
          tightness: Tightness.Product,
        };
      case "totalSum":
        return {
          text: `\\textstyle\\sum_{\\text{all}} ${this.#within(first, Tightness.Product)}`,
          tightness: Tightness.Product,
        };
      case "mean":
      case "maximum":
        return atom(`\\operatorname{${name === "mean" ? "mean" : "max"}}${over}\\left(${x}\\right)`);
      case "unitMean":
        return atom(`\\operatorname{mean}_{\\text{unit}}\\left(${x}\\right)`);
      case "min":
      case "max":
      case "exp":
      case "log":
      case "cos":
        return called(`\\${name}`);
      case "floor":
        return atom(`\\left\\lfloor ${x} \\right\\rfloor`);
      case "float32":
        return this.#formula(first);
      case "where":
        return this.#cases(first, operands[1] as Syntax, operands[2] as Syntax);
      case "identity":
        return atom("I");
      case "symmetricProduct":
      case "matmul":
        return {
          text: operands.map((operand) => this.#within(operand, Tightness.Product)).join("\\, "),
          tightness: Tightness.Product,
        };
      case "transpose":
        return { text: this.#power(first, "\\top"), tightness: Tightness.Power };
      case "random":
        return atom("\\mathcal{U}(0, 1)");
      case "normal":
        return atom("\\mathcal{N}(0, 1)");
      default:
        return called(`\\operatorname{${name}}`);
    }
  }
}

/** Returns a number as LaTeX, a small one as a power of ten. */
function number(value: number): string {
  if (value === 0 || (value >= 1e-3 && value < 1e6)) return String(value);
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  const power = `10^{${Number(exponent)}}`;
  return mantissa === "1" ? power : `${mantissa} \\times ${power}`;
}
