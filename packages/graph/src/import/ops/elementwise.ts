import { sizeOf } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { abs } from "../../ops/abs.ts";
import { add } from "../../ops/add.ts";
import { cast } from "../../ops/cast.ts";
import { clamp } from "../../ops/clamp.ts";
import { cos } from "../../ops/cos.ts";
import { div } from "../../ops/div.ts";
import { elu } from "../../ops/elu.ts";
import { equal } from "../../ops/equal.ts";
import { erf } from "../../ops/erf.ts";
import { exp } from "../../ops/exp.ts";
import { floor } from "../../ops/floor.ts";
import { gelu } from "../../ops/gelu.ts";
import { greater } from "../../ops/greater.ts";
import { greaterOrEqual } from "../../ops/greater-or-equal.ts";
import { hardswish } from "../../ops/hardswish.ts";
import { leakyRelu } from "../../ops/leaky-relu.ts";
import { less } from "../../ops/less.ts";
import { lessOrEqual } from "../../ops/less-or-equal.ts";
import { log } from "../../ops/log.ts";
import { logSoftmax } from "../../ops/log-softmax.ts";
import { maximum } from "../../ops/maximum.ts";
import { minimum } from "../../ops/minimum.ts";
import { mish } from "../../ops/mish.ts";
import { mul } from "../../ops/mul.ts";
import { neg } from "../../ops/neg.ts";
import { pow } from "../../ops/pow.ts";
import { reciprocal } from "../../ops/reciprocal.ts";
import { relu } from "../../ops/relu.ts";
import { reshape } from "../../ops/reshape.ts";
import { sigmoid } from "../../ops/sigmoid.ts";
import { sign } from "../../ops/sign.ts";
import { sin } from "../../ops/sin.ts";
import { softmax } from "../../ops/softmax.ts";
import { softplus } from "../../ops/softplus.ts";
import { sqrt } from "../../ops/sqrt.ts";
import { sub } from "../../ops/sub.ts";
import { tanh } from "../../ops/tanh.ts";
import { where } from "../../ops/where.ts";
import { type Handler, type NodeContext, numberOf } from "../context.ts";
import { axisOf } from "../fold-structure.ts";
import { isKnown } from "../known.ts";

const unary =
  (compute: (x: Tensor) => Tensor): Handler =>
  (context) =>
    compute(context.tensor(0));

/** Applies an op of two tensors to all inputs in order. */
const binary =
  (compute: (a: Tensor, b: Tensor) => Tensor, role: "gain" | "bias" = "bias"): Handler =>
  (context) => {
    const operands = Array.from({ length: context.count }, (_, i) => context.tensor(i, roleOf(context, i, role)));
    const [first, ...others] = operands;
    return first && others.length > 0 ? others.reduce(compute, first) : context.tensor(0);
  };

/** Role of an operand: a vector scales or shifts channels, a larger weight is a table that images are combined with. */
function roleOf(context: NodeContext, index: number, role: "gain" | "bias"): "gain" | "bias" | "input" {
  const value = context.value(index);
  return isKnown(value) && value.shape.filter((size) => size > 1).length > 1 ? "input" : role;
}

/** Ops on each element, and softmax. */
export const elementwiseOps: Readonly<Record<string, Handler>> = {
  Add: binary(add),
  Sum: binary(add),
  Sub: binary(sub),
  Mul: binary(mul, "gain"),
  Div: binary(div, "gain"),
  Max: binary(maximum),
  Min: binary(minimum),
  Mean: (context) => mul(binary(add)(context) as Tensor, 1 / context.count),
  Pow: (context) => {
    const exponent = numberOf(context.value(1));
    return exponent === null ? pow(context.tensor(0), context.tensor(1)) : pow(context.tensor(0), exponent);
  },
  Equal: binary(equal),
  Greater: binary(greater),
  GreaterOrEqual: binary(greaterOrEqual),
  Less: binary(less),
  LessOrEqual: binary(lessOrEqual),
  Where: (context) => where(context.tensor(0), context.tensor(1, "bias"), context.tensor(2, "bias")),
  Not: (context) => equal(cast(context.tensor(0), "float32"), 0),
  Abs: unary(abs),
  Neg: unary(neg),
  Sqrt: unary(sqrt),
  Exp: unary(exp),
  Log: unary(log),
  Sin: unary(sin),
  Cos: unary(cos),
  Sign: unary(sign),
  Floor: unary(floor),
  Reciprocal: unary(reciprocal),
  Erf: unary(erf),
  Relu: unary(relu),
  Sigmoid: unary(sigmoid),
  Tanh: unary(tanh),
  Softplus: unary(softplus),
  Softsign: unary((x) => div(x, add(abs(x), 1))),
  Mish: unary(mish),
  HardSwish: unary(hardswish),
  HardSigmoid: (context) => {
    const { node } = context;
    const line = add(mul(context.tensor(0), node.float("alpha", 0.2)), node.float("beta", 0.5));
    return clamp(line, { min: 0, max: 1 });
  },
  LeakyRelu: (context) => leakyRelu(context.tensor(0), context.node.float("alpha", 0.01)),
  ThresholdedRelu: (context) => {
    const x = context.tensor(0);
    return where(greater(x, context.node.float("alpha", 1)), x, 0);
  },
  Elu: (context) => elu(context.tensor(0), context.node.float("alpha", 1)),
  Celu: (context) => {
    const alpha = context.node.float("alpha", 1);
    return mul(elu(mul(context.tensor(0), 1 / alpha)), alpha);
  },
  Selu: (context) => {
    const { node } = context;
    const y = elu(context.tensor(0), node.float("alpha", 1.6732631921768188));
    return mul(y, node.float("gamma", 1.0507010221481323));
  },
  PRelu: (context) => {
    const x = context.tensor(0);
    const slope = context.parameter(1, "weight", "gain");
    return add(relu(x), mul(minimum(x, 0), slope));
  },
  Gelu: (context) =>
    gelu(context.tensor(0), { approximate: context.node.text("approximate", "none") as "none" | "tanh" }),
  "com.microsoft::Gelu": unary(gelu),
  "com.microsoft::QuickGelu": (context) => {
    const x = context.tensor(0);
    return mul(x, sigmoid(mul(x, context.node.float("alpha", 1.702))));
  },
  Clip: (context) => {
    const { node } = context;
    const limit = (name: "min" | "max", index: number): number | undefined => {
      if (node.has(name)) return node.float(name);
      return context.has(index) ? context.number(index) : undefined;
    };
    const [min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY] = [limit("min", 1), limit("max", 2)];
    const x = context.tensor(0);
    return min === Number.NEGATIVE_INFINITY && max === Number.POSITIVE_INFINITY ? x : clamp(x, { min, max });
  },
  Softmax: alongAxis(softmax),
  LogSoftmax: alongAxis(logSoftmax),
};

/** Applies softmax. Before opset 13, it is over all axes from the given one on. */
function alongAxis(compute: (x: Tensor, axis: number) => Tensor): Handler {
  return (context) => {
    const { node } = context;
    const x = context.tensor(0);
    const axis = axisOf(context, node.int("axis", node.opset < 13 ? 1 : -1), x.rank);
    if (node.opset >= 13 || axis === x.rank - 1) return compute(x, axis);
    const merged = reshape(x, [...x.shape.slice(0, axis), sizeOf(x.shape.slice(axis))]);
    return reshape(compute(merged, axis), x.shape);
  };
}
