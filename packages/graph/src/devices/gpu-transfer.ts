import type { DType, ValueInfo, Values } from "../core/values.ts";
import { OnnxBuilder } from "../onnx/builder.ts";
import { DeviceTensor } from "./device-tensor.ts";
import type { InTurn } from "./in-turn.ts";
import type { Runtime, RuntimeOptions, RuntimeSession, RuntimeTensor } from "./runtime.ts";

/** Copies tensors to and from the memory of a GPU. */
export interface Transfer {
  upload(values: Values, info: Pick<ValueInfo, "shape" | "dtype">): Promise<DeviceTensor>;
}

interface Sessions {
  readonly up: RuntimeSession;
  readonly down: RuntimeSession;
}

/**
 * Creates transfers through identity models, one of which leaves its output on the GPU. ONNX Runtime for Node has no other
 * way, and its `Tensor.getData()` ends the process. The models stay open, since they own the memory of the tensors.
 */
export function gpuTransfer({ InferenceSession, Tensor }: Runtime, options: RuntimeOptions, inTurn: InTurn): Transfer {
  const opened = new Map<DType, Promise<Sessions>>();
  const open = async (dtype: DType): Promise<Sessions> => {
    const builder = new OnnxBuilder();
    const value = builder.node("Identity", [builder.input("x", null, dtype)]);
    const model = builder.encode([{ name: "y", shape: null, dtype, value }]);
    return {
      up: await InferenceSession.create(model, { ...options, preferredOutputLocation: "gpu-buffer" }),
      down: await InferenceSession.create(model, options),
    };
  };
  return {
    async upload(values, { shape, dtype }) {
      const sessions = opened.get(dtype) ?? inTurn(() => open(dtype));
      opened.set(dtype, sessions);
      const { up, down } = await sessions;
      const run = async (session: RuntimeSession, x: RuntimeTensor): Promise<RuntimeTensor> =>
        (await inTurn(() => session.run({ x }))).y as RuntimeTensor;
      const tensor = await run(up, new Tensor(dtype, values as never, [...shape]));
      return new DeviceTensor({
        device: "webgpu",
        shape,
        dtype,
        tensor,
        download: async () => (await run(down, tensor)).data as Values,
        dispose: () => inTurn(async () => tensor.dispose()),
      });
    },
  };
}
