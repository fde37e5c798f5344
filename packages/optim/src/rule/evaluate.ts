import type { Call, CallContext } from "./calls.ts";
import { type Expression, Graph, isHost, reachable, textOf } from "./expression.ts";
import type { HyperparameterValue, Rule } from "./rule.ts";
import type { Shape } from "./shape.ts";
import { type Assignment, type InfixOperator, RuleError, type Syntax } from "./syntax.ts";
import { type TensorFacts, tensorScalars } from "./tensor.ts";

/** Hyperparameters that are fixed when a rule is specialized: booleans, choices, counts and zeros. */
export type Folded = Readonly<Record<string, HyperparameterValue>>;

/** A rule as expressions, for fixed hyperparameters and one kind of tensor. */
export interface Specialized {
  /** New value of `w` and of each state that is read, in the order of declaration. */
  readonly outputs: ReadonlyMap<string, Expression>;
  /** Conditions, by their text, that are known before the step and choose between values of elements. */
  readonly conditions: ReadonlyMap<string, Expression>;
  /** Weights to evaluate with; null if they are `w`. */
  readonly evaluation: Expression | null;
  /** True if an expression depends on the number or the lengths of the tensor's axes. */
  readonly dependsOnShape: boolean;
}

const INFIX: Readonly<Record<InfixOperator, (graph: Graph, a: Expression, b: Expression) => Expression>> = {
  "+": (graph, a, b) => graph.binary("add", a, b),
  "-": (graph, a, b) => graph.binary("sub", a, b),
  "*": (graph, a, b) => graph.binary("mul", a, b),
  "/": (graph, a, b) => graph.binary("div", a, b),
  "%": (graph, a, b) => graph.binary("mod", a, b),
  "^": (graph, a, b) => graph.binary("pow", a, b),
  "<": (graph, a, b) => graph.binary("lt", a, b),
  ">": (graph, a, b) => graph.binary("lt", b, a),
  "<=": (graph, a, b) => graph.binary("le", a, b),
  ">=": (graph, a, b) => graph.binary("le", b, a),
  "==": (graph, a, b) => graph.binary("eq", a, b),
  "!=": (graph, a, b) => not(graph, graph.binary("eq", a, b)),
};
const not = (graph: Graph, a: Expression): Expression => graph.binary("eq", a, graph.constant(0));

/** Maximum number of nodes of a rule, counting repeated lines as often as they run. */
const MAX_NODES = 20_000;

/** True if an expression needs no reduction of this step. */
const isKnownBeforeStep = (e: Expression): boolean =>
  isHost(e) && !reachable([e]).some((node) => node.kind === "reduce");

/** Evaluates the lines of a rule symbolically: values are expressions. */
export class RuleEvaluator {
  readonly #graph: Graph;
  readonly #conditions = new Map<string, Expression>();
  /** Current value of each name. */
  readonly #environment = new Map<string, Expression>();
  readonly #lengths: Readonly<Record<string, number>>;
  #dependsOnShape = false;
  #line: Pick<Assignment, "text" | "scope"> = { text: "" };
  #sites = 0;

  /**
   * Prepares the evaluation of a rule.
   * @param shapes shapes of the states
   * @param assumed truth of conditions, by their text
   */
  constructor(
    private readonly rule: Rule,
    private readonly folded: Folded,
    private readonly facts: TensorFacts,
    shapes: ReadonlyMap<string, Shape>,
    private readonly assumed: ReadonlyMap<string, boolean>,
  ) {
    this.#graph = new Graph(shapes);
    this.#lengths = tensorScalars(facts);
    this.#readStreams();
  }

  /** Sets the names of streams to their values before the step. */
  #readStreams(): void {
    for (const name of ["w", "g", ...this.rule.state]) this.#environment.set(name, this.#graph.read(name));
  }

  run(): Specialized {
    const { rule } = this;
    for (const entry of rule.lines) {
      if ("count" in entry) for (let i = 0; i < Number(this.folded[entry.count]); i++) this.#assign(entry.lines);
      else this.#assign([entry]);
    }
    const outputs = new Map(["w", ...rule.state].map((name) => [name, this.#output(name)]));
    // The evaluation expression reads the values that the step has written.
    this.#readStreams();
    const evaluation = rule.evaluation && this.#evaluate(rule.evaluation);
    return { outputs, conditions: this.#conditions, dependsOnShape: this.#dependsOnShape, evaluation };
  }

  #assign(lines: readonly Assignment[]): void {
    for (const line of lines) {
      this.#line = line;
      this.#environment.set(line.target, this.#evaluate(line.value));
    }
  }

  /** Returns the new value of a state. Between updates of gradient accumulation only the declared states change. */
  #output(name: string): Expression {
    const { everyMicroStep } = this.rule;
    const changed = this.#environment.get(name) as Expression;
    if (everyMicroStep.length === 0 || everyMicroStep.includes(name)) return changed;
    const kept = this.#graph.read(name);
    return this.#choose(
      this.#graph.scalar("applies"),
      () => changed,
      () => kept,
    );
  }

  #fail(problem: string, at: number): never {
    throw new RuleError(`${this.rule.name}: ${problem}`, this.#line.text, at);
  }

  #context(at: number): CallContext {
    return {
      graph: this.#graph,
      label: `${this.#line.scope ?? ""}${this.#line.text} @${at}`,
      shape: () => {
        this.#dependsOnShape = true;
        return this.facts;
      },
      nextSite: () => this.#sites++,
      fail: (problem) => this.#fail(problem, at),
    };
  }

  #evaluate(syntax: Syntax): Expression {
    try {
      const value = this.#expression(syntax);
      if (this.#graph.size > MAX_NODES) {
        this.#fail(`the rule makes more than ${MAX_NODES} operations: use fewer lines or repeats`, syntax.at);
      }
      return value;
    } catch (error) {
      // Shapes that do not match are reported with their position in the text.
      if (error instanceof RangeError) this.#fail(error.message, syntax.at);
      throw error;
    }
  }

  #expression(syntax: Syntax): Expression {
    const graph = this.#graph;
    switch (syntax.kind) {
      case "number":
        return graph.constant(syntax.value);
      case "name":
        return this.#named(syntax.name);
      case "text":
        return this.#fail("only a choice can be compared with text", syntax.at);
      case "unary": {
        const a = this.#evaluate(syntax.a);
        return syntax.op === "-" ? graph.unary("neg", a) : not(graph, a);
      }
      case "binary":
        return this.#binary(syntax);
      case "choose":
        return this.#choose(
          this.#evaluate(syntax.condition),
          () => this.#evaluate(syntax.yes),
          () => this.#evaluate(syntax.no),
        );
      case "call": {
        const call = this.rule.vocabulary.functions[syntax.name] as Call;
        const [first, ...others] = syntax.arguments.map((argument) => this.#evaluate(argument));
        return call.build(this.#context(syntax.at), first as Expression, ...others);
      }
    }
  }

  #named(name: string): Expression {
    const local = this.#environment.get(name);
    if (local) return local;
    const length = this.#lengths[name];
    if (length !== undefined) this.#dependsOnShape = true;
    const value = length ?? this.folded[name];
    return value === undefined ? this.#graph.scalar(name) : this.#graph.constant(Number(value));
  }

  #binary({ op, a, b, at }: Extract<Syntax, { kind: "binary" }>): Expression {
    const [left, right] = [this.#choice(a), this.#choice(b)];
    if (left !== undefined && right !== undefined) {
      return this.#graph.constant(Number((left === right) === (op === "==")));
    }
    const result = INFIX[op](this.#graph, this.#evaluate(a), this.#evaluate(b));
    if (result.kind === "binary" && result.op === "pow" && !isHost(result) && !this.rule.vocabulary.operations) {
      this.#fail("this power of elements needs `uses: [transcendental]`", at);
    }
    return result;
  }

  /** Returns the text of a choice; undefined for anything else. */
  #choice(syntax: Syntax): string | undefined {
    if (syntax.kind === "text") return syntax.value;
    const value = syntax.kind === "name" ? this.folded[syntax.name] : undefined;
    return typeof value === "string" ? value : undefined;
  }

  /** Evaluates only the branch that holds, if that is known. */
  #choose(condition: Expression, yes: () => Expression, no: () => Expression): Expression {
    if (condition.kind === "constant") return condition.value !== 0 ? yes() : no();
    const key = textOf(condition);
    const known = this.assumed.get(key);
    if (known !== undefined) return known ? yes() : no();
    const chosen = this.#graph.select(condition, yes(), no());
    const isElement = chosen.kind === "select" && !isHost(chosen);
    if (isElement && isKnownBeforeStep(condition)) this.#conditions.set(key, condition);
    return chosen;
  }
}
