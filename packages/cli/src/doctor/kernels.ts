import type { CpuKernels } from "@downhill/graph";
import type { Finding } from "./finding.ts";

/** Names of instruction sets as vendors write them. */
const INSTRUCTION_SETS: Readonly<Record<string, string>> = {
  avx512f: "AVX-512",
  avx2: "AVX2",
  avx: "AVX",
  sse4_2: "SSE4.2",
  asimd: "NEON",
};

/**
 * Reports which kernels of ONNX Runtime compute convolutions on this processor, and the expected speed.
 * @param kernels null if the device cpu does not work
 */
export function kernelsOf(kernels: CpuKernels | null): Finding {
  const name = "convolutions";
  if (!kernels) return { name, state: "note", text: "unknown: the device cpu does not work" };
  const { instructionSet, block, lack } = kernels;
  const facts = { instructionSet, block, lack };
  const instructions = instructionSet === null ? "" : ` with ${INSTRUCTION_SETS[instructionSet] ?? instructionSet}`;
  if (block === null) {
    const speed = "Expect up to twice the time per step of a processor with the layout.";
    const text = `in standard ops${instructions}, not in ONNX Runtime's blocked layout: ${lack}. ${speed}`;
    return { name, state: "note", text, facts };
  }
  const isNarrow = instructionSet === "avx" || instructionSet === "sse4_2";
  const speed = isNarrow ? NARROW : FASTEST;
  const text = `in ONNX Runtime's blocked layout${instructions}, in blocks of ${block} channels. ${speed}`;
  return { name, state: "good", text, facts };
}

const FASTEST = "These are the fastest kernels: standard ops take up to twice as long.";
/** A core has registers of 128 bits, or does not fuse multiplications and additions. */
const NARROW = "Expect at least twice the time per step of a processor with AVX2 or AVX-512.";
