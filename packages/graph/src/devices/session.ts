import type { ValueInfo, Values } from "../core/values.ts";
import { GraphError } from "../error.ts";
import type { Session, SessionOptions, TensorData } from "./device.ts";
import type { DeviceName } from "./device-name.ts";
import { DeviceTensor } from "./device-tensor.ts";
import type { Runtime, RuntimeOptions, RuntimeTensor } from "./runtime.ts";

/** Options of {@link openSession}: those of ONNX Runtime, and a property of the build. */
export interface BuildOptions extends RuntimeOptions {
  /** True if the build writes outputs to given arrays; other builds ignore them. */
  readonly writesInto: boolean;
}

/** Opens a session of a model in a build of ONNX Runtime. Each run uploads and downloads arrays. */
export async function openSession(
  { InferenceSession, Tensor }: Runtime,
  model: Uint8Array,
  { inputs, outputs, optimize }: SessionOptions,
  { writesInto, ...options }: BuildOptions,
): Promise<Session> {
  const session = await InferenceSession.create(model, {
    graphOptimizationLevel: optimize ? "all" : "disabled",
    logSeverityLevel: 3,
    ...options,
  }).catch(explain);
  const tensor = ({ shape, dtype }: ValueInfo, data: TensorData): RuntimeTensor =>
    data instanceof DeviceTensor ? data.tensor : new Tensor(dtype, data as never, [...shape]);
  return {
    async run(feeds, into) {
      const given = Object.fromEntries(inputs.map((info) => [info.name, tensor(info, feeds[info.name] as TensorData)]));
      const wanted = Object.fromEntries(
        outputs.map((info) => {
          const target = into[info.name];
          const isWritten = target !== undefined && (writesInto || isOnGpu(target));
          return [info.name, isWritten ? tensor(info, target) : null];
        }),
      );
      const results = await session.run(given, wanted);
      const arrays: Record<string, Values> = {};
      for (const [name, result] of Object.entries(results)) {
        const target = into[name];
        if (!(target instanceof DeviceTensor)) {
          if (target && !writesInto) target.set(dataOf(result));
          arrays[name] = target ?? dataOf(result);
        } else if (!isOnGpu(target)) {
          if (!writesInto) dataOf(target.tensor).set(dataOf(result));
        } else if (result !== target.tensor) {
          // The build for Node returns another tensor that shares this memory.
          result.dispose();
        }
      }
      return arrays;
    },
    dispose: () => session.release(),
  };
}

/** Returns the elements of a tensor in main memory. */
const dataOf = (tensor: RuntimeTensor): Values => tensor.data as Values;

const isOnGpu = (data: TensorData): boolean => data instanceof DeviceTensor && data.tensor.location === "gpu-buffer";

/** Creates a tensor for a device that computes in main memory. */
export function inMemory(
  { Tensor }: Runtime,
  device: DeviceName,
  values: Values,
  { shape, dtype }: Pick<ValueInfo, "shape" | "dtype">,
): DeviceTensor {
  const tensor = new Tensor(dtype, values.slice() as never, [...shape]);
  const download = async (): Promise<Values> => dataOf(tensor).slice();
  return new DeviceTensor({ device, shape, dtype, tensor, download, dispose: async () => {} });
}

function explain(error: Error): never {
  if (!error.message.startsWith("no available backend found")) throw error;
  throw new GraphError(
    `compile: ONNX Runtime did not start: ${error.message}. If your bundler does not copy the .wasm files, copy them from onnxruntime-web/dist to the folder of the bundle. For threads, use a bundler that splits code.`,
    { cause: error },
  );
}
