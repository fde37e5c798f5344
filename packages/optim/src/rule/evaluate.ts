import type { Call, CallContext } from "./calls.ts";
import { type Expression, Graph, isHost, reachable, textOf } from "./expression.ts";
import type { HyperparameterValue, Rule } from "./rule.ts";
import type { Shape } from "./shape.ts";
import { type Assignment, type InfixOperator, RuleError, type Syntax } from "./syntax.ts";
import { type TensorFacts, tensorScalars } from "./tensor.ts";

/** Hyperparameters whose value is fixed when the rule is specialised: choices, and what is off at zero. */
export type Folded = Readonly<Record<string, HyperparameterValue>>;

/** A rule as expressions: of one choice of what folds, and one kind of tensor. */
export interface Specialized {
  /** The new value of `w` and of each state that is read, in the order of declaration. */
  readonly outputs: ReadonlyMap<string, Expression>;
  /** Conditions on numbers known before the step that choose between values of elements, by their text. */
  readonly conditions: ReadonlyMap<string, Expression>;
  /** Weights to evaluate with; null if they are `w`. */
  readonly evaluation: Expression | null;
  /** Something depends on how many axes the tensor has, or on how long they are. */
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

/** Nodes that the lines of a rule may make, those of repeated lines as often as they run. */
const MAX_NODES = 20_000;

/** Nothing of it waits for a reduction in this step. */
const isKnownBeforeStep = (e: Expression): boolean =>
  isHost(e) && !reachable([e]).some((node) => node.kind === "reduce");

/** Runs the lines of a rule, on expressions. */
export class RuleEvaluator {
  readonly #graph: Graph;
  readonly #conditions = new Map<string, Expression>();
  /** What each name stands for by now. */
  readonly #environment = new Map<string, Expression>();
  readonly #lengths: Readonly<Record<string, number>>;
  #dependsOnShape = false;
  #line = "";
  #sites = 0;

  /** `shapes` are those of the states; `assumed` says of conditions, by their text, whether they hold. */
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

  /** Names stand for what the streams hold before the step. */
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
    // The evaluation text speaks of what the step left behind.
    this.#readStreams();
    const evaluation = rule.evaluation && this.#evaluate(rule.evaluation);
    return { outputs, conditions: this.#conditions, dependsOnShape: this.#dependsOnShape, evaluation };
  }

  #assign(lines: readonly Assignment[]): void {
    for (const { target, value, text } of lines) {
      this.#line = text;
      this.#environment.set(target, this.#evaluate(value));
    }
  }

  /** Between updates, gradient accumulation changes only what says that it does. */
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
    throw new RuleError(`${this.rule.name}: ${problem}`, this.#line, at);
  }

  #context(at: number): CallContext {
    return {
      graph: this.#graph,
      label: `${this.#line} @${at}`,
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
      // Shapes that do not fit are reported with the place in the text.
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

  /** The text that a choice is compared as. */
  #choice(syntax: Syntax): string | undefined {
    if (syntax.kind === "text") return syntax.value;
    const value = syntax.kind === "name" ? this.folded[syntax.name] : undefined;
    return typeof value === "string" ? value : undefined;
  }

  /** Only the branch that holds is evaluated, where that is known. */
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
