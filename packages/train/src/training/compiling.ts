import type { CompileOptions } from "@downhill/graph";
import { defined } from "@downhill/optim/defined";

/** Options with which the programs of a training are compiled; the compiler chooses unset ones, but for 1 thread. */
export type Compiling = {
  readonly [K in "device" | "threads" | "lowering" | "tune" | "tuneSeconds" | "variants"]?: CompileOptions[K];
};

/** Returns the options of a training that concern its programs, without unset ones. */
export function compilingOf({ device, threads, lowering, tune, tuneSeconds, variants }: Compiling): CompileOptions {
  return defined({ threads: threads ?? 1, device, lowering, tune, tuneSeconds, variants });
}
