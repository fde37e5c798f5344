import type { BinaryOperator, Expression, UnaryOperator } from "@downhill/optim/rule";
import { defineUnary } from "../core/define-elementwise.ts";
import type { Tensor } from "../core/tensor.ts";
import { abs } from "../ops/abs.ts";
import { add } from "../ops/add.ts";
import { cast } from "../ops/cast.ts";
import { div } from "../ops/div.ts";
import { equal } from "../ops/equal.ts";
import { exp } from "../ops/exp.ts";
import { less } from "../ops/less.ts";
import { lessOrEqual } from "../ops/less-or-equal.ts";
import { log } from "../ops/log.ts";
import { maximum } from "../ops/maximum.ts";
import { minimum } from "../ops/minimum.ts";
import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { pow } from "../ops/pow.ts";
import { sign } from "../ops/sign.ts";
import { sqrt } from "../ops/sqrt.ts";
import { sub } from "../ops/sub.ts";
import { where } from "../ops/where.ts";
import type { BuiltExpressions } from "./built-expressions.ts";

type Binary = (a: Tensor, b: Tensor) => Tensor;

const floor = /* @__PURE__ */ defineUnary({ name: "floor", onnx: "Floor", compute: Math.floor });
const cos = /* @__PURE__ */ defineUnary({ name: "cos", onnx: "Cos", compute: Math.cos });

/** Unary operators of a rule, on tensors. */
export const UNARY: Readonly<Record<UnaryOperator, (a: Tensor) => Tensor>> = {
  neg,
  abs,
  sqrt,
  exp,
  log,
  cos,
  floor,
  sign,
  // All tensors are float32.
  fround: (a) => a,
};

const COMPARISONS = { lt: less, le: lessOrEqual, eq: equal } as const satisfies Record<string, Binary>;

/** Returns a comparison whose result is 1 or 0 in float32. */
const asNumber =
  (compare: Binary): Binary =>
  (a, b) =>
    cast(compare(a, b), "float32");

/** Binary operators of a rule, on tensors. */
export const BINARY: Readonly<Record<BinaryOperator, Binary>> = {
  add,
  sub,
  mul,
  div,
  pow,
  mod: (a, b) => sub(a, mul(b, floor(div(a, b)))),
  min: minimum,
  max: maximum,
  lt: /* @__PURE__ */ asNumber(less),
  le: /* @__PURE__ */ asNumber(lessOrEqual),
  eq: /* @__PURE__ */ asNumber(equal),
};

/**
 * Selects `yes` where the condition is not 0, else `no`. A comparison of tensors is used as a bool tensor, without
 * conversion to numbers.
 */
export function choose(condition: Expression, built: BuiltExpressions, yes: Tensor, no: Tensor): Tensor {
  if (condition.kind === "binary" && condition.op in COMPARISONS) {
    // A comparison that the host computes before the step has no tensors as operands.
    const [a, b] = [built.find(condition.a), built.find(condition.b)];
    if (a && b) return where(COMPARISONS[condition.op as keyof typeof COMPARISONS](a, b), yes, no);
  }
  return where(equal(built.get(condition), 0), no, yes);
}
