import { builtinModule, nodeProcess } from "../../threads/node.ts";

/** Versions of V8 whose joined vectors are tested: those of Node 22, 24 and 26. */
const TESTED = ["12.4.", "13.6.", "14.6."];

/**
 * Flags of V8 that compile a module at once and with vectors of 256 bits, in pairs: on, and off as by default.
 *
 * V8 joins two equal instructions of 128 bits where a processor has AVX2. Divisions and roots of 256 bits take little
 * longer than those of 128, which would take as long as the memory does. V8 joins only values that nothing else uses,
 * from stores to adjacent addresses that follow one another; the kernels are emitted so. Joined instructions compute the
 * same bits.
 */
const FLAGS = [
  ["--experimental-wasm-revectorize", "--no-experimental-wasm-revectorize"],
  // The default compiler is for a quick start, and the second one runs later, without these flags.
  ["--no-liftoff", "--liftoff"],
  ["--no-wasm-lazy-compilation", "--wasm-lazy-compilation"],
] as const;

/**
 * Compiles a module of kernels, with vectors of 256 bits where the engine and the processor have them.
 * @param hasCalls true if kernels call functions. V8 inlines these only into kernels that it compiles later
 */
export function compileKernels(bytes: Uint8Array<ArrayBuffer>, hasCalls: boolean): WebAssembly.Module {
  const setFlag = hasCalls ? undefined : flagSetter();
  try {
    for (const [on] of FLAGS) setFlag?.(on);
    return new WebAssembly.Module(bytes);
  } finally {
    for (const [, off] of FLAGS) setFlag?.(off);
  }
}

/** Returns the function that sets flags of V8; undefined in other engines, and if the user has set such a flag. */
function flagSetter(): ((flag: string) => void) | undefined {
  const { versions, execArgv = [] } = nodeProcess() ?? {};
  const isSet = execArgv.some((argument) => /liftoff|wasm/.test(argument));
  if (isSet || !TESTED.some((version) => versions?.v8?.startsWith(version))) return undefined;
  return builtinModule<{ setFlagsFromString(flag: string): void }>("node:v8")?.setFlagsFromString;
}
