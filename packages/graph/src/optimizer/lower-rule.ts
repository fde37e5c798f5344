import type { Optimizer } from "@downhill/optim";
import {
  ELEMENT,
  type Expression,
  type ExpressionOf,
  evaluateHost,
  foldedHyperparameters,
  hostValue,
  operands,
  type ReduceOperator,
  reachable,
  rearrange,
  specialize,
  tensorFacts,
  valuesAt,
} from "@downhill/optim/rule";
import { constant } from "../core/constant.ts";
import { type Shape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { expand } from "../ops/expand.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape } from "../ops/reshape.ts";
import { swapLastAxes, transpose } from "../ops/transpose.ts";
import { BINARY, choose, UNARY } from "./arithmetic.ts";
import { knownBeforeStep, print } from "./known.ts";
import { Layout } from "./layout.ts";
import { refuseUnsupported } from "./refuse.ts";

type Named<T> = Readonly<Record<string, T>>;

/** Sums over all tensors (`totalSum`, `totalNorm`), by their places in the rule's text. */
export type TotalOf = (place: string) => Tensor;

/** An optimizer's rule for tensors of one shape, as graph. */
export interface LoweredRule {
  /** What each step's numbers are, such as a rate: text that says how they come from the hyperparameters and `t`. */
  readonly uniforms: readonly string[];
  /** These numbers in a step, from 0 on; computed in float64. */
  uniformsAt(step: number): number[];
  /** The shapes of the states, by name; all are zeros before the first step. `[]`: one number for the tensor. */
  readonly states: Named<Shape>;
  /** How the parts of tensors make a total over all of them, by its place in the rule's text. */
  readonly totals: ReadonlyMap<string, ReduceOperator>;
  /** One number: what this tensor adds to the total of a place. Totals that come before it are asked for. */
  part(place: string, w: Tensor, g: Tensor, states: Named<Tensor>, uniforms: Named<Tensor>, totalOf: TotalOf): Tensor;
  /**
   * One step.
   * @param w the weights; of the shape that the rule was lowered for
   * @param g their gradient
   * @param uniforms one number each, `[]`
   * @param totalOf by default, the tensor is the only one: totals are its own parts
   */
  build(
    w: Tensor,
    g: Tensor,
    states: Named<Tensor>,
    uniforms: Named<Tensor>,
    totalOf?: TotalOf,
  ): { readonly w: Tensor; readonly states: Record<string, Tensor> };
  /** The weights to evaluate with, made of what a step left behind and its uniforms; null where they are `w`. */
  readonly evaluation: ((w: Tensor, states: Named<Tensor>, uniforms: Named<Tensor>) => Tensor) | null;
}

/**
 * Writes an optimizer's rule in ops, for a tensor of the given shape. What a step knows before it begins is computed on
 * the host and given as uniforms, so that a rate changes without another compilation; so are conditions such as
 * `t == 1`, of which both branches are computed. States that are one number stay with the others, in float32.
 *
 * Gradients are not looked at: one that is NaN makes weights NaN.
 * @param hyperparameters values or schedules, where they are not the optimizer's (such as a group's)
 * @throws GraphError for a rule with random numbers, and a shape with too few axes
 */
export function lowerRule(
  optimizer: Optimizer,
  shape: Shape,
  hyperparameters: Optimizer["parts"]["hyperparameters"] = optimizer.parts.hyperparameters,
): LoweredRule {
  const { rule, space, minimumRank } = optimizer.parts;
  if (shape.length < minimumRank) {
    throw new GraphError(
      `${rule.name} is for tensors of at least ${minimumRank} axes, and not ${showShape(shape)}: ` +
        "freeze such tensors in a group, and update them by another optimizer",
    );
  }
  const facts = tensorFacts(rule, shape);
  const { shapes: extents, whole } = specialize(rule, foldedHyperparameters(rule, hyperparameters), facts);
  refuseUnsupported(rule.name, whole.outputs.values(), whole.evaluation);

  const arranged = rearrange(
    new Map([...whole.outputs, ...(whole.evaluation ? [[EVALUATION, whole.evaluation] as const] : [])]),
    extents,
  );
  const known = knownBeforeStep(arranged.values());
  const order = reachable(arranged.values(), (e) => (known(e) ? [] : operands(e)));
  const uniforms = order.filter((e) => known(e) && e.kind !== "constant");
  const hostOrder = reachable(uniforms).filter((e) => e.kind !== "constant");
  const hostValues = new Float64Array(1 + Math.max(0, ...hostOrder.map((e) => e.id)));
  const hasMatrices = order.some(({ kind }) => kind === "product" || kind === "transpose");
  const totals = new Map(order.filter(isTotal).map((e) => [e.total, e]));
  const layout = new Layout(facts, hasMatrices ? 2 : 0);
  // Of all groups alike.
  const microSteps = Number(optimizer.parts.hyperparameters.microSteps ?? 1);
  const ofState = (state: string): Shape => {
    const extent = extents.get(state) as string;
    return extent === ELEMENT ? shape : layout.shape(extent);
  };

  /** The values of some expressions, where streams hold the given values. */
  const valuesOf = (
    roots: readonly Expression[],
    streams: Named<Tensor>,
    numbers: Named<Tensor>,
    totalOf: TotalOf,
  ): Tensor[] => {
    const values = new Map<Expression, Tensor>();
    const of = (e: Expression): Tensor => values.get(e) as Tensor;
    for (const e of reachable(roots, (node) => (known(node) || isTotal(node) ? [] : operands(node)))) {
      if (isTotal(e)) values.set(e, totalOf(e.total));
      else values.set(e, known(e) ? number(e, numbers) : node(e, of, layout, streams));
    }
    return roots.map(of);
  };
  const compute = (
    names: readonly string[],
    streams: Named<Tensor>,
    numbers: Named<Tensor>,
    totalOf: TotalOf,
  ): Tensor[] => {
    const roots = names.map((name) => arranged.get(name) as Expression);
    return valuesOf(roots, streams, numbers, totalOf).map((value, i) => {
      const name = names[i] as string;
      // What is the same for all elements was not made larger.
      if (!extents.has(name)) return reshape(expand(value, layout.element), shape);
      return reshape(value, ofState(name));
    });
  };
  const part: LoweredRule["part"] = (place, w, g, states, numbers, totalOf) => {
    const { op, a, axes, shape: extent } = totals.get(place) as Total;
    const [value] = valuesOf([a], { ...states, w, g }, numbers, totalOf);
    return layout.reduce(op, value as Tensor, axes, extent);
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
    states: Object.fromEntries([...extents.keys()].map((state) => [state, ofState(state)])),
    totals: new Map([...totals].map(([place, { op }]) => [place, op])),
    part,
    build(w, g, states, numbers, totalOf) {
      const own: TotalOf = (place) => part(place, w, g, states, numbers, own);
      const [updated, ...others] = compute(["w", ...extents.keys()], { ...states, w, g }, numbers, totalOf ?? own);
      return {
        w: updated as Tensor,
        states: Object.fromEntries([...extents.keys()].map((state, i) => [state, others[i] as Tensor])),
      };
    },
    evaluation: whole.evaluation
      ? (w, states, numbers) => compute([EVALUATION], { ...states, w }, numbers, noTotals)[0] as Tensor
      : null,
  };
}

type Total = ExpressionOf<"reduce"> & { readonly total: string };

const isTotal = (e: Expression): e is Total => e.kind === "reduce" && e.total !== null;

/** Those were refused. */
const noTotals: TotalOf = (place) => {
  throw new GraphError(`${place} is not known`);
};

/** Not a name that a rule's text may have. */
const EVALUATION = "(evaluation)";

const number = (e: Expression, uniforms: Named<Tensor>): Tensor =>
  e.kind === "constant" ? constant(e.value) : (uniforms[print(e)] as Tensor);

function node(e: Expression, of: (e: Expression) => Tensor, layout: Layout, streams: Named<Tensor>): Tensor {
  switch (e.kind) {
    case "read":
      return reshape(streams[e.name] as Tensor, layout.shape(e.shape));
    case "unary":
      return UNARY[e.op](of(e.a));
    case "binary":
      return BINARY[e.op](of(e.a), of(e.b));
    case "select":
      return choose(e.condition, of, of(e.yes), of(e.no));
    case "reduce":
      return layout.reduce(e.op, of(e.a), e.axes, e.shape);
    case "product":
      return matmul(of(e.a), of(e.b));
    case "transpose":
      return transpose(of(e.a), swapLastAxes(of(e.a).rank));
    default:
      throw new GraphError(`${e.kind} has no form in a graph`);
  }
}
