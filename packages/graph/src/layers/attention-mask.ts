import { broadcast, type Shape, sameShape, showShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "../ops/add.ts";
import { cast } from "../ops/cast.ts";
import { equal } from "../ops/equal.ts";
import { reshape } from "../ops/reshape.ts";
import { where } from "../ops/where.ts";

/** Number that is added to the product of a query and a key that it must not attend to. */
const LEAST = -1e30;

export interface AttentionMasks {
  /**
   * A bool mask is true where a query must not attend to a key, as in PyTorch's layer. A float32 mask is added to the
   * products. [queries, keys], or a shape that broadcasts to [batch, heads, queries, keys]. Default: none.
   */
  readonly mask?: Tensor;
  /** bool [batch, keys]: true for keys that are padding. Default: none. */
  readonly keyPaddingMask?: Tensor;
}

/**
 * Returns the mask of attention for masks as PyTorch's layer takes them: bool, true where a query attends to a key; or
 * float32 numbers to add. Undefined without masks.
 * @param shape [batch, heads, queries, keys]
 */
export function attentionMask(shape: Shape, { mask, keyPaddingMask }: AttentionMasks): Tensor | undefined {
  if (mask) check("mask", mask, ["bool", "float32"], shape);
  if (!keyPaddingMask) return mask && (mask.dtype === "bool" ? not(mask) : mask);
  const [batch, , , keys] = shape as readonly [number, number, number, number];
  if (keyPaddingMask.dtype !== "bool" || !sameShape(keyPaddingMask.shape, [batch, keys])) {
    const found = `keyPaddingMask is ${keyPaddingMask.dtype} ${showShape(keyPaddingMask.shape)}`;
    fail("multiHeadAttention", `${found}. Expected bool [${batch}, ${keys}].`);
  }
  const padding = reshape(keyPaddingMask, [batch, 1, 1, keys]);
  if (!mask) return not(padding);
  return add(toNumbers(mask), toNumbers(padding));
}

/** Returns a bool mask as numbers to add to the products; numbers unchanged. */
const toNumbers = (mask: Tensor): Tensor => (mask.dtype === "bool" ? where(mask, LEAST, 0) : mask);

const not = (mask: Tensor): Tensor => equal(cast(mask, "int32"), 0);

function check(name: string, mask: Tensor, types: readonly string[], shape: Shape): void {
  const both = broadcast(mask.shape, shape);
  if (types.includes(mask.dtype) && both && sameShape(both, shape)) return;
  const found = `${name} is ${mask.dtype} ${showShape(mask.shape)}`;
  fail(
    "multiHeadAttention",
    `${found}. Expected ${types.join(" or ")}, with a shape that broadcasts to ${showShape(shape)}.`,
  );
}
