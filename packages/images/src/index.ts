export type { Argument } from "./augment/arguments.ts";
export type { Augmentation } from "./augment/define.ts";
export { type AugmentDescription, checkAugmentations } from "./augment/index.ts";
export { augmentations } from "./augment/registry.ts";
export { createLoader, type Loader, type LoaderOptions } from "./batches/loader.ts";
export type { Order } from "./batches/order.ts";
export { cacheFolder } from "./cache/cache-folder.ts";
export { DataError } from "./error.ts";
export { type FetchDataSetOptions, fetchDataSet } from "./fetch/fetch-data-set.ts";
export { readTextFile } from "./files/read-text.ts";
export { readImage } from "./folder/read-image.ts";
export { listImages } from "./folder/tree.ts";
export { type ImageSetHandle, openImageSet } from "./image-set.ts";
export { type BuiltIn, builtIns } from "./names/built-in.ts";
export { openDataSet } from "./open-data-set.ts";
export type { PlannedBatch } from "./prefetch/messages.ts";
export { type Prefetch, prefetch } from "./prefetch/prefetch.ts";
export type { Duplicate } from "./report/duplicates.ts";
export type { DataReport, Failure, PartCounts } from "./report/report.ts";
export type {
  Batch,
  DataOptions,
  DataProgress,
  DataSet,
  ImageSet,
  ImageShape,
  Normalization,
  OnProgress,
  PartName,
} from "./types.ts";
