import type { OnnxBuilder } from "../onnx/builder.ts";
import type { ChooseVariant } from "../tuning/tuning-key.ts";
import type { Shape } from "./shape.ts";
import type { DType } from "./values.ts";

/** Constant arguments of an op, such as axes or a stride. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A symbolic tensor: the result of an op on inputs, with a shape and a type but no values. */
export class Tensor {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(op: Op, inputs: readonly Tensor[], attributes: Attributes, shape: Shape, dtype: DType) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.shape = shape;
    this.dtype = dtype;
  }

  get rank(): number {
    return this.shape.length;
  }
}

/** Inputs of an op: a tuple where their number is fixed, such as `[x: Tensor, weight: Tensor]`. */
export type Inputs = readonly Tensor[];

/** One value for each input. */
export type PerInput<I extends Inputs, Value> = { readonly [Index in keyof I]: Value };

/** Arguments of an op's gradient. */
export interface GradientContext<I extends Inputs, A> {
  readonly inputs: I;
  readonly output: Tensor;
  /** Gradient of the result with respect to the output, in the output's shape. */
  readonly cotangent: Tensor;
  readonly attributes: A;
}

/** Arguments of an op's lowering. */
export interface LoweringContext<I extends Inputs, A> {
  readonly builder: OnnxBuilder;
  /** Names of the inputs' values in the ONNX graph. */
  readonly names: PerInput<I, string>;
  readonly inputs: I;
  readonly output: Tensor;
  readonly attributes: A;
  /** Chooses among the variants of a computation. Default: the default variant. */
  readonly choose?: ChooseVariant;
}

/** An operation, defined by its shape rule, its gradient in terms of ops, and its lowering to ONNX nodes. */
export interface Op<I extends Inputs = Inputs, A extends Attributes = never> {
  readonly name: string;
  /** Set if the op applies the same function to each element, independent of their order. */
  readonly elementwise?: true;
  /** Set if the op returns its first input unchanged and only defines a gradient. */
  readonly transparent?: true;
  /**
   * Returns the shape of the output, and its type if that differs from the first input's.
   * @throws GraphError for invalid inputs
   */
  readonly infer: (inputs: I, attributes: A) => { readonly shape: Shape; readonly dtype?: DType };
  /** Returns a simpler tensor of the same value; null if there is none. */
  readonly simplify?: (inputs: I, attributes: A, shape: Shape) => Tensor | null;
  /** Returns the gradient by each input; null where none flows. An op without this function stops gradients. */
  readonly gradient?: (context: GradientContext<I, A>) => PerInput<I, Tensor | null>;
  /** Adds nodes of standard ONNX ops that all devices support; returns the name of the output's value. */
  readonly lower: (context: LoweringContext<I, A>) => string;
}
