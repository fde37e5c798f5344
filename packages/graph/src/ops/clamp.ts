import { checkOptionsOf, checkTypes } from "../core/check.ts";
import { fold } from "../core/fold.ts";
import { apply, defineOp } from "../core/op.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { greaterOrEqual } from "./greater-or-equal.ts";
import { lessOrEqual } from "./less-or-equal.ts";
import { where } from "./where.ts";

export interface ClampOptions {
  /** Smallest element of the result. Default: no limit. */
  readonly min?: number;
  /** Largest element of the result. Default: no limit. */
  readonly max?: number;
}

interface ClampAttributes extends Readonly<Record<string, unknown>> {
  readonly min: number;
  readonly max: number;
}

const op = /* @__PURE__ */ defineOp<[x: Tensor], ClampAttributes>({
  name: "clamp",
  elementwise: true,
  infer: ([x]) => {
    checkTypes("clamp", [x], ["float32"]);
    return { shape: x.shape };
  },
  simplify: ([x], { min, max }) => fold([x], x, (read, index) => Math.min(Math.max(read(0, index), min), max)),
  gradient: ({ inputs: [x], cotangent, attributes: { min, max } }) => [
    where(greaterOrEqual(x, min), where(lessOrEqual(x, max), cotangent, 0), 0),
  ],
  lower: ({ builder, names: [x], attributes: { min, max } }) =>
    builder.node("Clip", [x, builder.float(min), builder.float(max)]),
});

/**
 * Limits each element to a range. The gradient flows where x is in the range, including its ends. PyTorch:
 * `torch.clamp`.
 * @param x float32
 * @param options `min` and `max`; at least one of them
 * @returns a tensor of the shape of `x`
 * @throws GraphError if there is no limit, a limit is NaN, or `min` is above `max`
 */
export function clamp(x: Tensor, options: ClampOptions): Tensor {
  checkOptionsOf("clamp", options, "{ min: 0 }");
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = options;
  if (options.min === undefined && options.max === undefined) fail("clamp", "no limits. Expected min, max or both.");
  if (!(min <= max)) fail("clamp", `min = ${min}, max = ${max}. Expected numbers with min at most max.`);
  return apply(op, [x], { min, max });
}
