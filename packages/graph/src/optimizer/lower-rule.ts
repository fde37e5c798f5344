import type { Optimizer } from "@downhill/optim";
import {
  ELEMENT,
  type Expression,
  type ExpressionOf,
  evaluateHost,
  foldedHyperparameters,
  hostValue,
  type OptimizerParts,
  operands,
  type ReduceOperator,
  reachable,
  rearrange,
  specialize,
  tensorFacts,
  valuesAt,
} from "@downhill/optim/rule";
import { constant } from "../core/constant.ts";
import { at, type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { expand } from "../ops/expand.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape } from "../ops/reshape.ts";
import { swapLastAxes, transpose } from "../ops/transpose.ts";
import { BINARY, choose, UNARY } from "./arithmetic.ts";
import { BuiltExpressions } from "./built-expressions.ts";
import { checkSupported } from "./check-supported.ts";
import { knownBeforeStep, print } from "./known-before-step.ts";
import { Layout } from "./layout.ts";

type Named<T> = Readonly<Record<string, T>>;

/** Returns a reduction over all tensors (`totalSum`, `totalNorm`), by its place in the rule's text. */
export type TotalOf = (place: string) => Tensor;

/** Rule of an optimizer for tensors of one shape, as a graph. */
export interface LoweredRule {
  /**
   * Numbers that change with the step, such as a learning rate: each as the text of its computation from
   * hyperparameters and `t`.
   */
  readonly uniforms: readonly string[];
  /** Computes these numbers in float64. The first step is 0. */
  uniformsAt(step: number): number[];
  /** Shapes of the states, by name; `[]` for one number per tensor. All states are zeros before the first step. */
  readonly states: Named<Shape>;
  /** Operator that combines the parts of all tensors to a total, by its place in the rule's text. */
  readonly totals: ReadonlyMap<string, ReduceOperator>;
  /** Computes the part of this tensor in a total, one number. `totalOf` returns the totals that it depends on. */
  part(place: string, w: Tensor, g: Tensor, states: Named<Tensor>, uniforms: Named<Tensor>, totalOf: TotalOf): Tensor;
  /**
   * Builds one step.
   * @param w weights, of the shape that the rule was lowered for
   * @param g gradient of the weights
   * @param uniforms one number each, of shape `[]`
   * @param totalOf totals over all tensors; default: the parts of this tensor alone
   */
  build(
    w: Tensor,
    g: Tensor,
    states: Named<Tensor>,
    uniforms: Named<Tensor>,
    totalOf?: TotalOf,
  ): { readonly w: Tensor; readonly states: Record<string, Tensor> };
  /** Builds the weights to evaluate with, from the result of a step and its uniforms. Null if they are `w`. */
  readonly evaluation: ((w: Tensor, states: Named<Tensor>, uniforms: Named<Tensor>) => Tensor) | null;
}

/**
 * Lowers the rule of an optimizer to ops, for a tensor of the given shape.
 *
 * The host computes all numbers that are known before the step and passes them as uniforms, so that a new learning rate
 * needs no new compilation. Conditions such as `t == 1` are uniforms too, and both of their branches are computed.
 * States of one number are float32 like all others. Gradients are not checked: a NaN in a gradient makes weights NaN.
 * @param hyperparameters values or schedules; default: those of the optimizer. A group passes its own.
 * @throws GraphError if the optimizer is a split, the rule draws random numbers or decomposes matrices, or the shape has
 * too few axes
 */
export function lowerRule(
  { parts, name }: Optimizer,
  shape: Shape,
  hyperparameters: OptimizerParts["hyperparameters"] = parts.hyperparameters,
): LoweredRule {
  if (!parts.split) return lowerParts(parts, shape, hyperparameters);
  throw new GraphError(`lowerRule: ${name} has several rules. Lower each of its optimizers, or use updateGraph.`);
}

/** Lowers the rule of an optimizer, or of a part of a split: see `lowerRule`. */
export function lowerParts(
  { rule, space, minimumRank, hyperparameters: { microSteps: calls = 1 } }: OptimizerParts,
  shape: Shape,
  hyperparameters: OptimizerParts["hyperparameters"],
): LoweredRule {
  if (shape.length < minimumRank) {
    throw new GraphError(
      `${rule.name}: a tensor has the shape ${showShape(shape)}. Expected at least ${minimumRank} axes. ` +
        "Pass { partner: adamw() }, or use split.",
    );
  }
  const facts = tensorFacts(rule, shape);
  const { shapes: extents, whole } = specialize(rule, foldedHyperparameters(rule, hyperparameters), facts);
  checkSupported(rule.name, whole.outputs.values(), whole.evaluation);

  const arranged = rearrange(
    new Map([...whole.outputs, ...(whole.evaluation ? [[EVALUATION, whole.evaluation] as const] : [])]),
    extents,
  );
  const known = knownBeforeStep(arranged.values());
  const order = reachable(arranged.values(), (e) => (known(e) ? [] : operands(e)));
  const uniforms = order.filter((e) => known(e) && e.kind !== "constant");
  const hostOrder = reachable(uniforms).filter((e) => e.kind !== "constant");
  const hostValues = new Float64Array(1 + Math.max(0, ...hostOrder.map((e) => e.id)));
  const hasMatrices = order.some(({ kind }) => kind === "product" || kind === "transpose" || kind === "identity");
  const totals = new Map(order.filter(isTotal).map((e) => [e.total, e]));
  const layout = new Layout(facts, hasMatrices ? 2 : 0);
  // The same for all groups.
  const microSteps = Number(calls);
  const stateShapes = new Map(
    [...extents].map(([state, extent]) => [state, extent === ELEMENT ? shape : layout.shape(extent)] as const),
  );

  /** Builds some expressions from the tensors that they read. */
  const valuesOf = (
    roots: readonly [Expression, ...Expression[]],
    streams: Named<Tensor>,
    numbers: Named<Tensor>,
    totalOf: TotalOf,
  ): [Tensor, ...Tensor[]] => {
    const built = new BuiltExpressions();
    for (const e of reachable(roots, (node) => (known(node) || isTotal(node) ? [] : operands(node)))) {
      if (isTotal(e)) built.set(e, totalOf(e.total));
      else built.set(e, known(e) ? number(e, numbers) : node(e, built, layout, streams));
    }
    const [first, ...others] = roots;
    return [built.get(first), ...others.map((e) => built.get(e))];
  };
  const toWeights = (value: Tensor): Tensor =>
    // A value that is equal for all elements has not been expanded.
    reshape(expand(value, layout.element), shape);
  const output = (name: string): Expression => arranged.get(name) as Expression;
  const part: LoweredRule["part"] = (place, w, g, states, numbers, totalOf) => {
    const { op, a, axes, shape: extent } = totals.get(place) as Total;
    const [value] = valuesOf([a], { ...states, w, g }, numbers, totalOf);
    return layout.reduce(op, value, axes, extent);
  };

  return {
    uniforms: uniforms.map(print),
    uniformsAt(step) {
      const update = Math.floor(step / microSteps);
      const values = valuesAt(rule.name, space, hyperparameters, update);
      const given: Named<number> = {
        t: update + 1,
        applies: Number(step % microSteps === microSteps - 1),
        machineEpsilon: 2 ** -23,
      };
      evaluateHost(hostOrder, hostValues, (name) => given[name] ?? Number(values[name]));
      return uniforms.map((e) => hostValue(e, hostValues));
    },
    states: Object.fromEntries(stateShapes),
    totals: new Map([...totals].map(([place, { op }]) => [place, op])),
    part,
    build(w, g, states, numbers, totalOf) {
      const own: TotalOf = (place) => part(place, w, g, states, numbers, own);
      const roots = [output("w"), ...[...extents.keys()].map(output)] as const;
      const [updated, ...others] = valuesOf(roots, { ...states, w, g }, numbers, totalOf ?? own);
      const after = [...stateShapes].map(([state, size], i) => [state, reshape(at(others, i), size)] as const);
      return { w: toWeights(updated), states: Object.fromEntries(after) };
    },
    evaluation: whole.evaluation
      ? (w, states, numbers) => {
          const [weights] = valuesOf([output(EVALUATION)], { ...states, w }, numbers, noTotals);
          return toWeights(weights);
        }
      : null,
  };
}

type Total = ExpressionOf<"reduce"> & { readonly total: string };

const isTotal = (e: Expression): e is Total => e.kind === "reduce" && e.total !== null;

/** Totals for the weights to evaluate with, which cannot depend on any: `checkSupported` checks it. */
const noTotals: TotalOf = (place) => {
  throw new GraphError(`${place} is unknown`);
};

/** Name of the weights to evaluate with; no rule can assign to it. */
const EVALUATION = "(evaluation)";

/** Builds a number that is known before the step. */
const number = (e: Expression, uniforms: Named<Tensor>): Tensor =>
  e.kind === "constant" ? constant(e.value) : (uniforms[print(e)] as Tensor);

const transposed = (x: Tensor): Tensor => transpose(x, swapLastAxes(x.rank));

/** Builds any other expression from the tensors of its operands. */
function node(e: Expression, built: BuiltExpressions, layout: Layout, streams: Named<Tensor>): Tensor {
  const of = (operand: Expression): Tensor => built.get(operand);
  switch (e.kind) {
    case "read":
      return reshape(streams[e.name] as Tensor, layout.shape(e.shape));
    case "unary":
      return UNARY[e.op](of(e.a));
    case "binary":
      return BINARY[e.op](of(e.a), of(e.b));
    case "select":
      return choose(e.condition, built, of(e.yes), of(e.no));
    case "reduce":
      return layout.reduce(e.op, of(e.a), e.axes, e.shape);
    case "product":
      return matmul(
        e.leftTransposed ? transposed(of(e.a)) : of(e.a),
        e.rightTransposed ? transposed(of(e.b)) : of(e.b),
      );
    case "transpose":
      return transposed(of(e.a));
    case "identity": {
      const shape = layout.shape(e.shape);
      const columns = at(shape, shape.length - 1);
      const isDiagonal = (_: unknown, i: number): number => Number(Math.floor(i / columns) % columns === i % columns);
      return constant(Float32Array.from({ length: sizeOf(shape) }, isDiagonal), shape);
    }
    default:
      throw new GraphError(`a graph cannot compute an expression of the kind '${e.kind}'`);
  }
}
