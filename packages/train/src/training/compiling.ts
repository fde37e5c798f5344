import type { CompileOptions } from "@downhill/graph";

/** How the programs of a training are compiled; unset options are the compiler's to choose. */
export type Compiling = { readonly [K in "device" | "threads" | "lowering" | "tune" | "variants"]?: CompileOptions[K] };

/** What of a training's options concerns its programs, without those that are unset. */
export function compilingOf({ device, threads, lowering, tune, variants }: Compiling): CompileOptions {
  return {
    threads: threads ?? 1,
    ...(device === undefined ? {} : { device }),
    ...(lowering === undefined ? {} : { lowering }),
    ...(tune === undefined ? {} : { tune }),
    ...(variants === undefined ? {} : { variants }),
  };
}
