import type { Call, CallContext } from "./calls.ts";
import { type Expression, Graph, isHost, operands, reachable } from "./expression.ts";
import type { HyperparameterValue, Rule } from "./rule.ts";
import { fourAxes, SCALAR, type Shape, volume } from "./shape.ts";
import { type InfixOperator, RuleError, type Syntax } from "./syntax.ts";

/** What is known of a tensor when its rule is specialised. */
export interface TensorFacts {
  /** How many axes the tensor has. */
  readonly rank: number;
  /** Their lengths, as the four that {@link fourAxes} makes of them. */
  readonly axes: readonly number[];
}

/** How a rule sees a tensor of the given dimensions. */
export function tensorFacts(rule: Rule, dimensions: readonly number[]): TensorFacts {
  const [first, ...rest] = dimensions;
  const seen = rule.asMatrix && dimensions.length > 2 ? [first as number, volume(rest)] : dimensions;
  return { rank: seen.length, axes: fourAxes(seen) };
}

/** The names that stand for a tensor's shape: constants of its specialisation. */
export function tensorScalars({ rank, axes }: TensorFacts): Record<string, number> {
  return { rank, rows: axes[2] as number, columns: axes[3] as number, size: volume(axes) };
}

/** A rule as expressions: of one choice of what folds, and one kind of tensor. */
export interface Specialized {
  /** The new value of `w` and of each state that is read, in the order of declaration. */
  readonly outputs: ReadonlyMap<string, Expression>;
  /** Conditions on numbers known before the step that choose between values of elements, by their text. */
  readonly conditions: ReadonlyMap<string, Expression>;
  readonly evaluation?: Expression;
  /** Something depends on how many axes the tensor has, or on how long they are. */
  readonly asksShape: boolean;
}

/** Hyperparameters whose value is fixed when the rule is specialised: choices, and what is off at zero. */
export type Folded = Readonly<Record<string, HyperparameterValue>>;

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
/** Host expressions as text: the same text in every graph of the rule. */
function print(e: Expression): string {
  switch (e.kind) {
    case "constant":
      return String(e.value);
    case "scalar":
    case "read":
      return e.name;
    default:
      return `${"op" in e ? e.op : e.kind}(${operands(e).map(print).join(", ")})`;
  }
}

/** Nothing of it waits for a reduction in this step. */
const isKnownBeforeStep = (e: Expression): boolean =>
  isHost(e) && !reachable([e]).some((node) => node.kind === "reduce");

/** Runs the lines of the rule on expressions, once. */
function run(
  rule: Rule,
  folded: Folded,
  facts: TensorFacts,
  shapes: ReadonlyMap<string, Shape>,
  assumed: ReadonlyMap<string, boolean>,
): Specialized {
  const graph = new Graph(shapes);
  const conditions = new Map<string, Expression>();
  const environment = new Map<string, Expression>(["w", "g", ...rule.state].map((name) => [name, graph.read(name)]));
  const lengths = tensorScalars(facts);
  let asksShape = false;
  let text = "";
  let site = 0;

  const context = (at: number): CallContext => ({
    graph,
    shape: () => {
      asksShape = true;
      return facts;
    },
    label: `${text} @${at}`,
    nextSite: () => site++,
    fail: (problem) => {
      throw new RuleError(`${rule.name}: ${problem}`, text, at);
    },
  });

  const choose = (condition: Expression, yes: () => Expression, no: () => Expression): Expression => {
    if (condition.kind === "constant") return condition.value !== 0 ? yes() : no();
    const key = print(condition);
    const known = assumed.get(key);
    if (known !== undefined) return known ? yes() : no();
    const chosen = graph.select(condition, yes(), no());
    if (chosen.kind === "select" && !isHost(chosen) && isKnownBeforeStep(condition)) conditions.set(key, condition);
    return chosen;
  };

  const named = (name: string): Expression => {
    const local = environment.get(name);
    if (local) return local;
    const length = lengths[name];
    if (length !== undefined) asksShape = true;
    const value = length ?? folded[name];
    return value === undefined ? graph.scalar(name) : graph.constant(Number(value));
  };

  const choiceOf = (syntax: Syntax): string | undefined => {
    if (syntax.kind === "text") return syntax.value;
    const value = syntax.kind === "name" ? folded[syntax.name] : undefined;
    return typeof value === "string" ? value : undefined;
  };

  const evaluate = (syntax: Syntax): Expression => {
    switch (syntax.kind) {
      case "number":
        return graph.constant(syntax.value);
      case "name":
        return named(syntax.name);
      case "text":
        return context(syntax.at).fail("text can only be compared with a hyperparameter that is a choice");
      case "unary":
        return syntax.op === "-" ? graph.unary("neg", evaluate(syntax.a)) : not(graph, evaluate(syntax.a));
      case "binary": {
        const [left, right] = [choiceOf(syntax.a), choiceOf(syntax.b)];
        if (left !== undefined && right !== undefined)
          return graph.constant(Number((left === right) === (syntax.op === "==")));
        const result = locate(syntax.at, () => INFIX[syntax.op](graph, evaluate(syntax.a), evaluate(syntax.b)));
        if (result.kind === "binary" && result.op === "pow" && !isHost(result) && !rule.vocabulary.operations) {
          context(syntax.at).fail("such a power of elements needs `uses: [transcendental]`");
        }
        return result;
      }
      case "choose":
        return locate(syntax.at, () =>
          choose(
            evaluate(syntax.condition),
            () => evaluate(syntax.yes),
            () => evaluate(syntax.no),
          ),
        );
      case "call":
        return locate(syntax.at, () =>
          (rule.vocabulary.functions[syntax.name] as Call).build(
            context(syntax.at),
            ...(syntax.arguments.map(evaluate) as [Expression]),
          ),
        );
    }
  };

  /** Shapes that do not fit are reported with the place in the text. */
  const locate = (at: number, build: () => Expression): Expression => {
    try {
      return build();
    } catch (error) {
      if (error instanceof RangeError) context(at).fail(error.message);
      throw error;
    }
  };

  for (const entry of rule.lines) {
    const [count, lines] = "count" in entry ? [Number(folded[entry.count]), entry.lines] : [1, [entry]];
    for (let i = 0; i < count; i++) {
      for (const line of lines) {
        text = line.text;
        environment.set(line.target, evaluate(line.value));
      }
    }
  }

  const outputs = new Map<string, Expression>();
  for (const name of ["w", ...rule.state]) {
    const changed = environment.get(name) as Expression;
    const gated = rule.everyMicroStep.length > 0 && !rule.everyMicroStep.includes(name);
    outputs.set(
      name,
      gated
        ? choose(
            graph.scalar("applies"),
            () => changed,
            () => graph.read(name),
          )
        : changed,
    );
  }
  // The evaluation text speaks of what the step left behind: names in it are the streams themselves.
  for (const name of ["w", "g", ...rule.state]) environment.set(name, graph.read(name));
  const evaluation = rule.evaluation && evaluate(rule.evaluation);
  return { outputs, conditions, asksShape, ...(evaluation ? { evaluation } : {}) };
}

/** The states whose value reaches the weights (or the evaluation weights) at some step. */
function liveStates({ outputs, evaluation }: Specialized): ReadonlySet<string> {
  const live = new Set<string>();
  const follow = (root: Expression): void => {
    for (const node of reachable([root])) {
      if (node.kind !== "read" || node.name === "w" || node.name === "g" || live.has(node.name)) continue;
      live.add(node.name);
      follow(outputs.get(node.name) as Expression);
    }
  };
  follow(outputs.get("w") as Expression);
  if (evaluation) follow(evaluation);
  return live;
}

/** A rule for one kind of tensor: which states it keeps, how large each is, and its expressions under assumptions. */
export interface Specialization {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** With no assumptions: the whole rule. */
  readonly whole: Specialized;
  /** With each condition's truth given: one of the variants that a step may need. */
  variant(truths: ReadonlyMap<string, boolean>): Specialized;
}

/** Specialises a rule: folds what is fixed, infers how large each state is, and drops states that nobody reads. */
export function specialize(rule: Rule, folded: Folded, facts: TensorFacts): Specialization {
  let shapes = new Map<string, Shape>(rule.state.map((state) => [state, SCALAR]));
  let whole: Specialized;
  for (;;) {
    whole = run(rule, folded, facts, shapes, new Map());
    const inferred = new Map(rule.state.map((state) => [state, (whole.outputs.get(state) as Expression).shape]));
    if (rule.state.every((state) => shapes.get(state) === inferred.get(state))) break;
    shapes = inferred;
  }
  const live = liveStates(whole);
  const prune = (specialized: Specialized): Specialized => ({
    ...specialized,
    outputs: new Map([...specialized.outputs].filter(([name]) => name === "w" || live.has(name))),
  });
  return {
    shapes: new Map([...shapes].filter(([state]) => live.has(state))),
    whole: prune(whole),
    variant: (truths) => prune(run(rule, folded, facts, shapes, truths)),
  };
}
