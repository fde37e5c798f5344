import { fail } from "../error.ts";
import type { OnnxAttribute } from "../onnx/builder.ts";
import { sumTo } from "../ops/sum-to.ts";
import { checkTypes } from "./check.ts";
import { constant, isEverywhere, toTensor } from "./constant.ts";
import { fold } from "./fold.ts";
import { apply, defineOp } from "./op.ts";
import { broadcast, sameShape, showShape } from "./shape.ts";
import type { Tensor } from "./tensor.ts";
import type { DType } from "./values.ts";

interface UnaryDefinition {
  readonly name: string;
  /** The ONNX op that computes it. */
  readonly onnx: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Whether it undoes itself. */
  readonly involution?: boolean;
  /** Its value for one number: constants are computed when the graph is made. */
  readonly of?: (x: number) => number;
  /** The gradient by the input; left out where it is zero nearly everywhere. */
  readonly gradient?: (context: { x: Tensor; y: Tensor; cotangent: Tensor }) => Tensor;
}

/** Defines a function of each element by itself. */
export function defineUnary(definition: UnaryDefinition): (x: Tensor | number) => Tensor {
  const { name, onnx, attributes, involution, of, gradient } = definition;
  const op = defineOp({
    name,
    elementwise: true,
    infer: (inputs) => {
      checkTypes(name, inputs, ["float32"]);
      return { shape: (inputs[0] as Tensor).shape };
    },
    simplify: (inputs) => {
      const [x] = inputs as [Tensor];
      if (involution && x.op.name === name) return x.inputs[0] as Tensor;
      return of ? fold(inputs, x, (read, index) => of(read(0, index))) : null;
    },
    ...(gradient && {
      gradient: ({ inputs: [x], output: y, cotangent }) => [gradient({ x: x as Tensor, y, cotangent })],
    }),
    lower: ({ builder, names }) => builder.node(onnx, names, attributes),
  });
  return (x) => apply(op, [toTensor(x)], {});
}

interface BinaryDefinition {
  readonly name: string;
  readonly onnx: string;
  readonly of?: (a: number, b: number) => number;
  /** The same for int32, where it is another function. */
  readonly ofIntegers?: (a: number, b: number) => number;
  /** A simpler form for some operands. */
  readonly simplify?: (a: Tensor, b: Tensor) => Tensor | null;
  /** The gradients by both inputs, before they are summed to the inputs' shapes; null for one that is not needed. */
  readonly gradient?: (context: {
    a: Tensor;
    b: Tensor;
    y: Tensor;
    cotangent: Tensor;
  }) => readonly [Tensor | null, Tensor | null];
  /** The other operand itself where this one is that number on the right: 0 for a sum, 1 for a product. */
  readonly neutral?: number;
  /** Whether the operands may change places, so that `neutral` counts on the left too. */
  readonly commutes?: boolean;
  /** The types it takes, of both operands alike; default float32 and int32. */
  readonly types?: readonly DType[];
  /** The type of the result, where not the operands'. */
  readonly dtype?: DType;
}

/**
 * Defines a function of two elements, of tensors whose shapes broadcast as NumPy's. A number is of the type of the
 * tensor beside it.
 */
export function defineBinary(definition: BinaryDefinition): (a: Tensor | number, b: Tensor | number) => Tensor {
  const { name, onnx, of, ofIntegers = of, gradient, neutral, commutes, dtype } = definition;
  const { types = ["float32", "int32"] } = definition;
  const op = defineOp({
    name,
    // What is not float32 has one layout only.
    ...(!dtype && { elementwise: true }),
    infer: (inputs) => {
      const [a, b] = inputs as [Tensor, Tensor];
      const shape = broadcast(a.shape, b.shape);
      if (!shape) fail(name, `the shapes ${showShape(a.shape)} and ${showShape(b.shape)} do not broadcast`);
      if (a.dtype !== b.dtype) fail(name, `of ${a.dtype} and ${b.dtype}: expected one type: cast one of them`);
      checkTypes(name, inputs, types);
      return { shape, ...(dtype && { dtype }) };
    },
    simplify: (inputs, attributes, shape): Tensor | null => {
      const [a, b] = inputs as [Tensor, Tensor];
      const own = a.dtype === "int32" ? ofIntegers : of;
      const as = { shape, dtype: dtype ?? a.dtype };
      const folded = own && fold(inputs, as, (read, index) => own(read(0, index), read(1, index)));
      if (folded) return folded;
      const isNeutral = (x: Tensor): boolean => neutral !== undefined && isEverywhere(x, neutral);
      if (sameShape(a.shape, shape) && isNeutral(b)) return a;
      if (commutes && sameShape(b.shape, shape) && isNeutral(a)) return b;
      const simpler = definition.simplify?.(a, b);
      if (simpler) return simpler;
      // What broadcasts need not be expanded before.
      for (const [i, other] of [b, a].entries()) {
        const { op: made, inputs: before } = inputs[i] as Tensor;
        const small = made.name === "expand" ? (before[0] as Tensor) : null;
        const same = small && broadcast(small.shape, other.shape);
        if (small && same && sameShape(same, shape)) return apply(op, i === 0 ? [small, b] : [a, small], attributes);
      }
      return null;
    },
    ...(gradient && {
      gradient: ({ inputs, output: y, cotangent }) => {
        const [a, b] = inputs as [Tensor, Tensor];
        const [da, db] = gradient({ a, b, y, cotangent });
        return [da && sumTo(da, a.shape), db && sumTo(db, b.shape)];
      },
    }),
    lower: ({ builder, names }) => builder.node(onnx, names),
  });
  return (a, b) => apply(op, [operand(name, a, b), operand(name, b, a)], {});
}

/** A number becomes a tensor of the type of the operand beside it. */
export function operand(op: string, value: Tensor | number, beside: Tensor | number): Tensor {
  if (typeof value !== "number" || typeof beside === "number" || beside.dtype !== "int32") return toTensor(value);
  if ((value | 0) !== value) fail(op, `${value} with int32 ${showShape(beside.shape)}: expected a whole number`);
  return constant(Int32Array.of(value));
}
