import { blockSizeOf } from "../blocked/block-size.ts";
import { cpu } from "../devices/cpu.ts";
import { isNode } from "../devices/import-in-node.ts";
import { instructionSet } from "../tuning/machine.ts";

/** Kernels that ONNX Runtime has for the processor of this computer. */
export interface CpuKernels {
  /**
   * Widest vector instructions: `"avx512f"`, `"avx2"`, `"avx"`, `"sse4_2"` or `"asimd"`; null where the system does not
   * list them, as on macOS and Windows.
   */
  readonly instructionSet: string | null;
  /** Channels per block of the blocked layout; null if convolutions run in standard ops. */
  readonly block: number | null;
  /** Reason why the blocked layout is not used; null if it is used. */
  readonly lack: string | null;
}

/**
 * Returns the kernels that programs get on the CPU. The first call runs some small models, in a few milliseconds.
 * @throws GraphError if the environment variable DOWNHILL_BLOCK_SIZE requires another block size
 */
export async function probeCpuKernels(): Promise<CpuKernels> {
  if (!isNode) return { instructionSet: null, block: null, lack: "the device 'cpu' runs only in Node" };
  return { instructionSet: await instructionSet(), ...(await blockSizeOf(cpu)) };
}
