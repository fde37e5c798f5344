import { dataType } from "../onnx/builder.ts";
import { apply, defineOp } from "../op.ts";
import type { DType, Tensor } from "../tensor.ts";

interface CastAttributes extends Readonly<Record<string, unknown>> {
  readonly dtype: DType;
}

const op = defineOp<CastAttributes>({
  name: "cast",
  infer: ([x], { dtype }) => ({ shape: (x as Tensor).shape, dtype }),
  simplify: ([x], { dtype }) => ((x as Tensor).dtype === dtype ? (x as Tensor) : null),
  lower: ({ builder, names, attributes: { dtype } }) => builder.node("Cast", names, { to: dataType(dtype) }),
});

/**
 * The elements as another type. Fractions are cut off towards 0, bool is 0 or 1, and anything but 0 is true; what the
 * new type cannot hold differs by device. No gradient goes from one type to another.
 */
export const cast = (x: Tensor, dtype: DType): Tensor => apply(op, [x], { dtype });
