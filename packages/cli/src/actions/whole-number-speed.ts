import { readFileSync } from "node:fs";

/** Explains why int8 is not faster than float32 on this processor. */
export function whySlow(): string {
  const flags = flagsOf();
  if (flags === null)
    return "int8 is faster on processors with fast products of whole numbers (VNNI, or dotprod of ARM).";
  if (/\b(?:avx512_vnni|avx_vnni|asimddp)\b/.test(flags)) {
    return "int8 is not faster for this model, although the processor has instructions for it.";
  }
  return "int8 is not faster on this processor, which lacks VNNI.";
}

/** Returns the instruction sets of the processor; null where the system does not list them. */
function flagsOf(): string | null {
  try {
    return /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}
