import { emitRandom } from "../backends/wasm/random.ts";
import { randomAt, randomKey } from "../random.ts";
import type { Vocabulary } from "../rule/vocabulary.ts";
import { transcendental } from "./transcendental.ts";

/**
 * Vocabulary of random numbers: functions of seed, step, tensor, element and call in the rule, the same on every
 * backend.
 */
export const randomness: Vocabulary<"random" | "normal" | "exp" | "log" | "cos"> = {
  ...transcendental,
  functions: {
    ...transcendental.functions,
    /** Uniform number in [0, 1) with 24 bits. */
    random: { takes: [0, 0], build: ({ graph, nextSite }) => graph.random(nextSite()) },
    /** Standard normal number, by the Box-Muller transform of two uniform numbers. */
    normal: {
      takes: [0, 0],
      build: ({ graph, nextSite }) => {
        const uniform = graph.random(nextSite());
        const angle = graph.binary("mul", graph.constant(2 * Math.PI), graph.random(nextSite()));
        const logarithm = graph.unary("log", graph.binary("sub", graph.constant(1), uniform));
        const radius = graph.unary("sqrt", graph.binary("mul", graph.constant(-2), logarithm));
        return graph.binary("mul", radius, graph.unary("cos", angle));
      },
    },
  },
  random: { key: randomKey, at: randomAt, emit: emitRandom },
};
