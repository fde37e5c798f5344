import { sameShape, showShape, sizeOf } from "../core/shape.ts";
import type { DType, ValueInfo, Values } from "../core/values.ts";
import type { TensorData } from "../devices/device.ts";
import type { DeviceName } from "../devices/device-name.ts";
import { DeviceTensor } from "../devices/device-tensor.ts";
import { GraphError } from "../error.ts";

const ARRAYS: Readonly<Record<DType, new (length: number) => Values>> = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Options of one run of a program. */
export interface RunOptions {
  /** `"error"` to throw for an input that the program does not have, or `"ignore"`. Default `"error"`. */
  readonly unused?: "error" | "ignore";
}

/** Checks the inputs of a run, and wraps single numbers into arrays. */
export function checkFeeds(
  device: DeviceName,
  inputs: readonly ValueInfo[],
  known: ReadonlySet<string>,
  feeds: Readonly<Record<string, TensorData | number>>,
  { unused = "error" }: RunOptions = {},
): Record<string, TensorData> {
  if (unused !== "error" && unused !== "ignore") {
    throw new GraphError(`run: unused = '${unused}'. Expected 'error' or 'ignore'.`);
  }
  const unknown = unused === "error" ? Object.keys(feeds).find((name) => !known.has(name)) : undefined;
  if (unknown !== undefined) {
    throw new GraphError(`run: unknown input '${unknown}'. Expected ${[...known].join(", ")}.`);
  }
  return Object.fromEntries(inputs.map((info) => [info.name, checkData(device, "input", info, feeds[info.name])]));
}

/** Checks the targets of a run's outputs. */
export function checkInto(
  device: DeviceName,
  outputs: readonly ValueInfo[],
  into: Readonly<Record<string, TensorData | undefined>>,
  feeds: Readonly<Record<string, TensorData>>,
): Record<string, TensorData> {
  const used = new Set(Object.values(feeds).filter((data) => data instanceof DeviceTensor));
  const checked: Record<string, TensorData> = {};
  for (const [name, data] of Object.entries(into)) {
    const info = outputs.find((output) => output.name === name);
    if (!info)
      throw new GraphError(
        `run: unknown output '${name}'. Expected ${outputs.map((output) => output.name).join(", ")}.`,
      );
    checked[name] = checkData(device, "output", info, data);
    if (!(data instanceof DeviceTensor)) continue;
    if (used.has(data)) {
      throw new GraphError(
        `run: the target of the output '${name}' is also another output's target or an input. Expected a tensor of its own.`,
      );
    }
    used.add(data);
  }
  return checked;
}

function checkData(
  device: DeviceName,
  what: string,
  info: ValueInfo,
  given: TensorData | number | undefined,
): TensorData {
  if (!(given instanceof DeviceTensor)) return checkValues("run", what, info, given);
  const { name, shape, dtype } = info;
  const start = `run: the ${what} '${name}' is`;
  if (given.disposed) throw new GraphError(`${start} a disposed tensor. Upload it again.`);
  if (given.device !== device) {
    throw new GraphError(`${start} on the device '${given.device}'. Expected a tensor on '${device}'.`);
  }
  if (given.dtype !== dtype || !sameShape(given.shape, shape)) {
    throw new GraphError(
      `${start} ${given.dtype} ${showShape(given.shape)} on the device. Expected ${dtype} ${showShape(shape)}.`,
    );
  }
  return given;
}

/** Checks the type and length of the values for an input or output. */
export function checkValues(
  action: string,
  what: string,
  { name, shape, dtype }: ValueInfo,
  given: Values | number | undefined,
): Values {
  const expected = `Expected ${ARRAYS[dtype].name} of length ${sizeOf(shape)}, for ${dtype} ${showShape(shape)}.`;
  if (given === undefined) throw new GraphError(`${action}: the ${what} '${name}' is missing. ${expected}`);
  const values = typeof given === "number" ? new ARRAYS[dtype](1).fill(given) : given;
  if (!(values instanceof ARRAYS[dtype]) || values.length !== sizeOf(shape)) {
    const found = ArrayBuffer.isView(values)
      ? `${(values as Values).constructor.name} of length ${(values as Values).length}`
      : typeof values;
    throw new GraphError(`${action}: the ${what} '${name}' is ${found}. ${expected}`);
  }
  return values;
}
