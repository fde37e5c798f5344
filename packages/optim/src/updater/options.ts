import type { Backend } from "../backends/backend.ts";

/** Reaction to a gradient element that is NaN or infinite. */
export type Guard = "throw" | "skip" | "allow";

/** Options of `updater.restore(saved, options)`. */
export interface RestoreOptions {
  /** Treatment of a tensor without a saved state: `"error"` (default) or `"fresh"`, which starts it anew. */
  readonly missing?: "error" | "fresh";
}

/** Options of `optimizer.bind(parameters, options)`. */
export interface BindOptions {
  /** Backend of the update. Default `"wasm"` for float32 where WebAssembly has SIMD, else `"interpreter"`. */
  readonly backend?: Backend["name"];
  /**
   * Reaction to a gradient element that is NaN or infinite. `"throw"` (default) throws before that element's weight
   * changes. `"skip"` checks all gradients first, skips the step and counts it. `"allow"` does not check.
   */
  readonly guard?: Guard;
  /** Random seed of `random()` in rules, a whole number. Default 0. */
  readonly seed?: number;
  /** Runs the rule in the order of its text instead of the rearranged plan. Default true on the interpreter, else false. */
  readonly asWritten?: boolean;
  /** Lets kernels fuse products into sums (2 to 15 % faster in cache, but not bit-identical). Default false. */
  readonly relaxedSimd?: boolean;
}
