import { sizeOf } from "../core/shape.ts";
import type { Device } from "./device.ts";
import { isNode } from "./import-in-node.ts";
import { loadInNode } from "./load-in-node.ts";
import { reuseOutputs } from "./output-memory.ts";
import { inMemory, openSession } from "./session.ts";

/** ONNX Runtime's CPU execution provider, in Node. */
export const cpu: Device = {
  name: "cpu",
  unavailable: async () => (isNode ? null : "it runs only in Node"),
  compile: async (model, options) => {
    const session = await openSession(await loadInNode(), model, options, {
      executionProviders: ["cpu"],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      // The first run makes the plan, and its memory stays allocated beside the planned memory: 50% more, and no faster.
      enableMemPattern: false,
      writesInto: true,
    });
    const bytes = options.outputs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
    return {
      ...session,
      async run(feeds, into) {
        const results = await session.run(feeds, into);
        await reuseOutputs(bytes);
        return results;
      },
    };
  },
  upload: async (values, info) => inMemory(await loadInNode(), "cpu", values, info),
};
