import type { Known } from "./known.ts";
import type { OnnxNode } from "./onnx-node.ts";

/** Names that exporters number: `onnx::Conv_193`, `val_12`, `const_fold_opt__45`, `193`, `#4`. */
const NUMBERED = /^(onnx::\w+|[A-Za-z]?|_?v|val|const|constant|tensor|initializer|const_fold_opt\w*)[_.#]*\d+$/i;

/** Names of TensorFlow's reads of a variable, which name the op that reads it. */
const READS = /\/ReadVariableOp(:\d+)?$/;

/** Form of a matrix [in, out] that becomes a parameter [out, in]. */
export const TRANSPOSED = "transposed";

/**
 * Names of parameters: those of the file where they are telling, with dots as in PyTorch; else the name of the node and
 * `weight` or `bias`. Each pass through the graph gets the same names.
 */
export class ParameterNames {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  has({ name }: Known, form: string): boolean {
    return this.#names.has(`${name} ${form}`);
  }

  /**
   * Returns the name of the parameter that a known value becomes.
   * @param form sets apart parameters that hold one value in different layouts
   */
  nameOf(value: Known, node: OnnxNode, suffix: string, form: string): string {
    const key = `${value.name} ${form}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const wanted = isTelling(value.weight) ? clean(value.weight) : `${this.layerName(node)}.${suffix}`;
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}.${i}`;
    this.#names.set(key, name);
    this.#taken.add(name);
    return name;
  }

  /**
   * Returns the name of a node's layer: `layer1.0.conv1` for PyTorch's `/layer1/layer1.0/conv1/Conv`, else the name with
   * dots.
   */
  layerName({ name, type, outputs }: OnnxNode): string {
    const parts = name.split("/").filter((part) => part !== "" && part !== "StatefulPartitionedCall");
    const scopes = parts.length > 1 ? parts.slice(0, -1) : parts;
    const layers: string[] = [];
    for (const part of scopes) {
      const outer = layers.at(-1);
      if (outer !== undefined && part.startsWith(`${outer}.`)) layers[layers.length - 1] = part;
      else layers.push(part);
    }
    const path = clean(layers.join("."));
    return path === "" ? clean(`${type.toLowerCase()}.${outputs[0] ?? ""}`) : path;
  }
}

/** True for the name of a weight that a person gave. */
export const isTelling = (name: string | null): name is string =>
  name !== null && !NUMBERED.test(name) && !READS.test(name) && clean(name) !== "";

/** Returns a name of letters, digits, dots, dashes and underscores. */
const clean = (name: string): string =>
  name
    .replace(/:\d+$/, "")
    .replace(/^StatefulPartitionedCall\//, "")
    .replace(/[^\w.-]+/g, ".")
    .replace(/^[.]+|[.]+$/g, "");
