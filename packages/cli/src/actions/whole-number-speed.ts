import { processorFeatures } from "@downhill/graph";

/** Instructions for fast products of whole numbers, in Linux's words. */
const FAST = ["avx512_vnni", "avx_vnni", "asimddp"];

/** Explains why int8 is not faster than float32 on this processor. */
export async function whySlow(): Promise<string> {
  const features = await processorFeatures();
  if (features.size === 0)
    return "int8 is faster on processors with fast products of whole numbers (VNNI, or dotprod of ARM).";
  if (FAST.some((name) => features.has(name))) {
    return "int8 is not faster for this model, although the processor has instructions for it.";
  }
  return "int8 is not faster on this processor, which lacks VNNI.";
}
