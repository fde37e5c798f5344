import { TrainError } from "../error.ts";
import type { UndecodedTensor } from "./safetensors.ts";
import { titleOf } from "./safetensors-header.ts";
import { storedType } from "./safetensors-types.ts";

/**
 * Decodes a tensor as float32.
 * @param path file for errors
 * @param isParameter false for a buffer, which also takes integers and truth values
 * @throws TrainError for a parameter of integers, or a number that float32 cannot hold
 */
export function floatsOf(tensor: UndecodedTensor, path: string, isParameter: boolean): Float32Array {
  const { name, dtype } = tensor;
  const fail = (problem: string, advice: string): never => {
    throw new TrainError(`${path}: ${titleOf(name)}: ${problem}. ${advice}.`, { code: "other-weights" });
  };
  const isInteger = (storedType(dtype)?.kind ?? "float") !== "float";
  if (isParameter && isInteger) {
    fail(
      `type ${dtype} is not a weight`,
      "Expected F32, F64, F16 or BF16. Convert the tensor, or leave it out with ignore",
    );
  }
  const values = tensor.values();
  if (values instanceof Float32Array) return values;
  const floats = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | bigint;
    const float = Math.fround(Number(value));
    const fits = isInteger ? BigInt(float) === BigInt(value) : Number.isFinite(float) === Number.isFinite(value);
    if (!fits) fail(`the value ${value} at index ${i} does not fit into float32`, "Convert the file");
    floats[i] = float;
  }
  return floats;
}
