import { fail } from "../error.ts";
import type { OnnxAttribute } from "../onnx/builder.ts";
import { sumTo } from "../ops/sum-to.ts";
import { checkTensors, checkTypes } from "./check.ts";
import { constant, isEverywhere, toTensor } from "./constant.ts";
import { fold } from "./fold.ts";
import { apply, defineOp } from "./op.ts";
import { at, broadcast, type Shape, sameShape, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
import type { DType } from "./values.ts";

interface UnaryDefinition {
  readonly name: string;
  /** ONNX op that computes it. */
  readonly onnx: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** True if applying it twice returns the input. */
  readonly involution?: boolean;
  /** Computes the value for a number, to fold constants. */
  readonly compute?: (x: number) => number;
  /** Returns the gradient by the input. Omitted if it is zero almost everywhere. */
  readonly gradient?: (context: { x: Tensor; y: Tensor; cotangent: Tensor }) => Tensor;
}

/** Defines an elementwise function of one tensor. */
export function defineUnary(definition: UnaryDefinition): (x: Tensor | number) => Tensor {
  const { name, onnx, attributes, involution, compute, gradient } = definition;
  const op = defineOp<[x: Tensor]>({
    name,
    elementwise: true,
    infer: ([x]) => {
      checkTypes(name, [x], ["float32"]);
      return { shape: x.shape };
    },
    simplify: ([x]) => {
      if (involution && x.op.name === name) return at(x.inputs, 0);
      return compute ? fold([x], x, (read, index) => compute(read(0, index))) : null;
    },
    ...(gradient && { gradient: ({ inputs: [x], output: y, cotangent }) => [gradient({ x, y, cotangent })] }),
    lower: ({ builder, names }) => builder.node(onnx, names, attributes),
  });
  return (x) => apply(op, [toTensor(x)], {});
}

interface BinaryDefinition {
  readonly name: string;
  readonly onnx: string;
  readonly compute?: (a: number, b: number) => number;
  /** Computes the value for int32, if that is a different function. */
  readonly computeIntegers?: (a: number, b: number) => number;
  /** Returns a simpler form for some operands; null for others. */
  readonly simplify?: (a: Tensor, b: Tensor) => Tensor | null;
  /** Returns the gradients by both inputs before they are summed to the inputs' shapes; null where no gradient flows. */
  readonly gradient?: (context: {
    a: Tensor;
    b: Tensor;
    y: Tensor;
    cotangent: Tensor;
  }) => readonly [Tensor | null, Tensor | null];
  /** Value of the right operand that returns the left operand unchanged: 0 for a sum, 1 for a product. */
  readonly neutral?: number;
  /** True if the operands commute, so that `neutral` also applies on the left. */
  readonly commutes?: boolean;
  /** Supported types of the operands, which must be equal; default float32 and int32. */
  readonly types?: readonly DType[];
  /** Type of the result; default: the type of the operands. */
  readonly dtype?: DType;
}

/** Defines an elementwise function of two tensors that broadcast as in NumPy. A number gets the type of the other operand. */
export function defineBinary(definition: BinaryDefinition): (a: Tensor | number, b: Tensor | number) => Tensor {
  const { name, onnx, compute, computeIntegers = compute, gradient, neutral, commutes, dtype } = definition;
  const { types = ["float32", "int32"] } = definition;
  const op = defineOp<[a: Tensor, b: Tensor]>({
    name,
    // Tensors of other types than float32 are never in blocks.
    ...(!dtype && { elementwise: true }),
    infer: ([a, b]) => {
      const shape = broadcast(a.shape, b.shape);
      if (!shape) fail(name, `the shapes ${showShape(a.shape)} and ${showShape(b.shape)} do not broadcast`);
      if (a.dtype !== b.dtype)
        fail(name, `the operands are ${a.dtype} and ${b.dtype}. Expected one type. Cast one of them.`);
      checkTypes(name, [a, b], types);
      return { shape, ...(dtype && { dtype }) };
    },
    simplify: ([a, b], attributes, shape): Tensor | null => {
      const own = a.dtype === "int32" ? computeIntegers : compute;
      const as = { shape, dtype: dtype ?? a.dtype };
      const folded = own && fold([a, b], as, (read, index) => own(read(0, index), read(1, index)));
      if (folded) return folded;
      const isNeutral = (x: Tensor): boolean => neutral !== undefined && isEverywhere(x, neutral);
      if (sameShape(a.shape, shape) && isNeutral(b)) return a;
      if (commutes && sameShape(b.shape, shape) && isNeutral(a)) return b;
      const simpler = definition.simplify?.(a, b);
      if (simpler) return simpler;
      // Broadcasting makes an expansion of an operand unnecessary.
      const [smallA, smallB] = [unexpanded(a, b.shape, shape), unexpanded(b, a.shape, shape)];
      if (smallA) return apply(op, [smallA, b], attributes);
      return smallB && apply(op, [a, smallB], attributes);
    },
    ...(gradient && {
      gradient: ({ inputs: [a, b], output: y, cotangent }) => {
        const [da, db] = gradient({ a, b, y, cotangent });
        return [da && sumTo(da, a.shape), db && sumTo(db, b.shape)];
      },
    }),
    lower: ({ builder, names }) => builder.node(onnx, names),
  });
  return (a, b) => apply(op, [operand(name, a, b), operand(name, b, a)], {});
}

/** Returns the input of an `expand` that broadcasts with the other operand to the same shape; null if there is none. */
function unexpanded({ op, inputs }: Tensor, beside: Shape, shape: Shape): Tensor | null {
  if (op.name !== "expand") return null;
  const small = at(inputs, 0);
  const found = broadcast(small.shape, beside);
  return found && sameShape(found, shape) ? small : null;
}

/**
 * Converts a number to a constant of the type of the other operand.
 * @throws GraphError for a number that is not whole beside an int32 operand
 */
export function operand(op: string, value: Tensor | number, beside: Tensor | number): Tensor {
  if (typeof value !== "number") checkTensors(op, [value]);
  if (typeof beside !== "number") checkTensors(op, [beside]);
  if (typeof value !== "number" || typeof beside === "number" || beside.dtype !== "int32") return toTensor(value);
  if ((value | 0) !== value) fail(op, `${value} with int32 ${showShape(beside.shape)}. Expected a whole number.`);
  return constant(Int32Array.of(value));
}
