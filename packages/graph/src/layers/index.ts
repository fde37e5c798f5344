export { type BatchNormOptions, batchNorm } from "./batch-norm.ts";
export { type Conv2dLayerOptions, conv2d } from "./conv2d.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { dropout } from "./dropout.ts";
export { type LayerNormOptions, layerNorm } from "./layer-norm.ts";
export { type WhiteningOptions, whitening, whiteningFilters } from "./whitening.ts";
