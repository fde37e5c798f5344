import type { Pass } from "../rule/plan.ts";
import type { Backend } from "./backend.ts";
import { implementationOf } from "./elementwise.ts";

/**
 * Runs a plan in plain JavaScript, in float32 or float64: the oracle of the other backends, and the backend of engines
 * without WebAssembly. In float32 every operation rounds, so a kernel of the same plan agrees with it bit for bit.
 */
export const interpreter: Backend = {
  name: "interpreter",
  prepare: (plan, options) => ({
    run(phase, index, tensor, uniforms, key) {
      const pass = plan.phases[phase]?.passes[index] as Pass;
      const implementation = implementationOf(pass, options.vocabulary);
      implementation.start?.(pass, tensor);
      return implementation.interpret(pass, tensor, uniforms, key, options);
    },
  }),
};
