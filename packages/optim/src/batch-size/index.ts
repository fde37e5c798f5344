export { type IncreasedBatch, increaseBatchInsteadOfDecay } from "./increase-batch-instead-of-decay.ts";
export { noiseScale } from "./noise-scale.ts";
