import type * as onnxruntime from "onnxruntime-web";
import { GraphError } from "../error.ts";
import type { Session, SessionOptions, ValueInfo, Values } from "./device.ts";

/** What all builds of ONNX Runtime have in common. */
export type Runtime = Pick<typeof onnxruntime, "InferenceSession" | "Tensor" | "env">;

export interface RuntimeOptions extends onnxruntime.InferenceSession.SessionOptions {
  /** Whether the build writes outputs to arrays that it is given; those that do not, ignore them. */
  readonly writesInto: boolean;
}

/** Compiles a model in a build of ONNX Runtime; values are uploaded and downloaded in each run. */
export async function openSession(
  { InferenceSession, Tensor }: Runtime,
  model: Uint8Array,
  { inputs, outputs, optimize }: SessionOptions,
  { writesInto, ...options }: RuntimeOptions,
): Promise<Session> {
  const session = await InferenceSession.create(model, {
    graphOptimizationLevel: optimize ? "all" : "disabled",
    logSeverityLevel: 3,
    ...options,
  }).catch(explain);
  const tensor = ({ shape, dtype }: ValueInfo, values: Values): onnxruntime.Tensor =>
    new Tensor(dtype, values as never, [...shape]);
  return {
    async run(feeds, into) {
      const given = Object.fromEntries(inputs.map((info) => [info.name, tensor(info, feeds[info.name] as Values)]));
      const wanted = Object.fromEntries(
        outputs.map((info) => {
          const target = writesInto ? into[info.name] : undefined;
          return [info.name, target ? tensor(info, target) : null];
        }),
      );
      const results = await session.run(given, wanted);
      return Object.fromEntries(
        Object.entries(results).map(([name, { data }]) => {
          const target = into[name];
          if (target && !writesInto) target.set(data as Values);
          return [name, target ?? (data as Values)];
        }),
      );
    },
    dispose: () => session.release(),
  };
}

function explain(error: Error): never {
  if (!error.message.startsWith("no available backend found")) throw error;
  throw new GraphError(
    `compile: ONNX Runtime did not start: ${error.message}: bundlers that do not copy its .wasm files need those of onnxruntime-web/dist next to the bundle; threads need a bundler that splits code`,
    { cause: error },
  );
}
