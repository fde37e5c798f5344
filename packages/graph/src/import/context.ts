import { constantData } from "../core/constant.ts";
import { at, type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Initializer } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { strided } from "./fold-structure.ts";
import { isKnown, type Known, toConstant, type Value } from "./known.ts";
import type { OnnxNode } from "./onnx-node.ts";
import { type ParameterNames, TRANSPOSED } from "./parameter-names.ts";

type Role = Parameters<Scope["parameter"]>[3];

/** Computes the outputs of a node. */
export type Handler = (context: NodeContext) => Value | readonly Value[];

/** Facts about one pass through a graph. */
export interface Pass {
  readonly scope: Scope;
  readonly batchSize: number;
  readonly names: ParameterNames;
  /** Node that returns its input, such as a final softmax; null for none. */
  readonly skipped: OnnxNode | null;
  /**
   * Shapes of the inputs and outputs of Reshape nodes at the batch size that the file fixes, keyed by the output;
   * null where the batch size is open or equal.
   */
  readonly fixed: ReadonlyMap<string, { readonly from: Shape; readonly to: Shape }> | null;
}

/** A node with the values of its inputs. */
export class NodeContext {
  readonly node: OnnxNode;
  readonly pass: Pass;
  readonly #values: readonly (Value | null)[];

  constructor(node: OnnxNode, values: readonly (Value | null)[], pass: Pass) {
    this.node = node;
    this.pass = pass;
    this.#values = values;
  }

  get scope(): Scope {
    return this.pass.scope;
  }

  /** Number of inputs, those left out at the end not counted. */
  get count(): number {
    return this.#values.length;
  }

  has(index: number): boolean {
    return (this.#values[index] ?? null) !== null;
  }

  /** Returns an input. @throws GraphError if it is left out */
  value(index: number): Value {
    return this.#values[index] ?? this.node.fail(`input ${index} is missing.`);
  }

  shape(index: number): Shape {
    return this.value(index).shape;
  }

  /** Returns an input that does not depend on the images. */
  known(index: number): Known {
    const value = this.value(index);
    if (isKnown(value)) return value;
    return this.node.fail(`input ${index}, '${this.node.inputs[index]}', depends on the images. Expected a constant.`);
  }

  /** Returns the elements of a known input. */
  numbers(index: number): readonly number[] {
    return [...this.known(index).data];
  }

  /** Returns the single element of a known input, or of an attribute in older opsets. */
  number(index: number): number {
    const { data, shape } = this.known(index);
    if (data.length !== 1) this.node.fail(`input ${index} has the shape ${showShape(shape)}. Expected one number.`);
    return at(data, 0);
  }

  /** Returns a list of whole numbers from an attribute, or from an input in newer opsets; undefined if there is neither. */
  intsOf(attribute: string, index: number): readonly number[] | undefined {
    if (this.node.has(attribute)) return this.node.ints(attribute);
    return this.has(index) ? this.numbers(index) : undefined;
  }

  /** Returns an input as a tensor: a weight becomes a parameter, any other known value a constant. */
  tensor(index: number, role?: Role): Tensor {
    const value = this.value(index);
    if (!isKnown(value)) return value;
    if (value.weight === null || sizeOf(value.shape) === 1) return toConstant(value);
    return this.#parameter(value, role === "gain" ? "weight" : role === "bias" ? "bias" : "value", value.shape, role);
  }

  /**
   * Returns a known input as a parameter.
   * @param suffix last part of its name, where the file gives no telling one
   * @param shape shape of the parameter, with as many elements
   */
  parameter(index: number, suffix: string, role?: Role, shape?: Shape): Tensor {
    const value = this.known(index);
    return this.#parameter(value, suffix, shape ?? value.shape, role);
  }

  /** Returns a known matrix [in, out] as a parameter [out, in]. */
  transposedParameter(index: number, suffix: string): Tensor {
    const value = this.known(index);
    const [rows = 1, columns = 1] = value.shape;
    const name = this.#nameOf(value, suffix, TRANSPOSED);
    return this.scope.parameter(name, [columns, rows], () => {
      return new Float32Array(strided(value, [columns, rows], [1, columns]).data);
    });
  }

  /** Returns a known input as a buffer. */
  buffer(index: number, suffix: string): { readonly name: string; readonly tensor: Tensor } {
    const value = this.known(index);
    const name = this.#nameOf(value, suffix);
    return { name, tensor: this.scope.buffer(name, value.shape, this.#initializer(value)) };
  }

  /** Returns the name of the parameter that an input becomes. */
  parameterName(index: number, suffix: string, form = ""): string {
    return this.#nameOf(this.known(index), suffix, form);
  }

  /** Records a layer for summaries. */
  record(kind: string, output: Tensor, parameters: number, multiplyAdds: number): void {
    this.scope.within(this.pass.names.layerName(this.node), () =>
      this.scope.record(kind, output, parameters, multiplyAdds),
    );
  }

  #parameter(value: Known, suffix: string, shape: Shape, role: Role): Tensor {
    if (sizeOf(shape) !== value.data.length || shape.some((size) => size < 1)) {
      this.node.fail(`'${value.name}' has the shape ${showShape(value.shape)}. Expected ${showShape(shape)}.`);
    }
    return this.scope.parameter(this.#nameOf(value, suffix), shape, this.#initializer(value), role);
  }

  #nameOf(value: Known, suffix: string, form = ""): string {
    if (value.kind !== "float") this.node.fail(`'${value.name}' has whole numbers. Expected float weights.`);
    const isNew = !this.pass.names.has(value, form);
    if (isNew && !value.data.every(Number.isFinite)) {
      this.node.fail(`the weight '${value.name}' has numbers that are not finite. Export a model that has converged.`);
    }
    return this.pass.names.nameOf(value, this.node, suffix, form);
  }

  #initializer({ data }: Known): Initializer {
    return () => new Float32Array(data);
  }
}

/** Returns the number that a tensor holds everywhere, or null. */
export const numberOf = (value: Value): number | null => {
  const data = isKnown(value) ? value.data : constantData(value);
  return data?.length === 1 ? at(data, 0) : null;
};
