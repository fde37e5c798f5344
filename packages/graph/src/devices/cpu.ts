import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Device, Session, ValueInfo, Values } from "./device.ts";

/** ONNX Runtime's CPU provider, in Node. */
export const cpu: Device = {
  name: "cpu",
  async compile(model, { inputs, outputs, threads, optimize }): Promise<Session> {
    const session = await InferenceSession.create(model, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: optimize ? "all" : "disabled",
      logSeverityLevel: 3,
    });
    const tensor = ({ shape, dtype }: ValueInfo, values: Values): Tensor =>
      new Tensor(dtype, values as never, [...shape]);
    return {
      async run(feeds, into) {
        const given = Object.fromEntries(inputs.map((info) => [info.name, tensor(info, feeds[info.name] as Values)]));
        const wanted = Object.fromEntries(
          outputs.map((info) => [info.name, into[info.name] ? tensor(info, into[info.name] as Values) : null]),
        );
        const results = await session.run(given, wanted);
        return Object.fromEntries(
          Object.entries(results).map(([name, result]) => [name, into[name] ?? (result.data as Values)]),
        );
      },
      dispose: () => session.release(),
    };
  },
};
