export type { ImageShape, Normalization } from "@downhill/optim/image";
export type { Argument } from "./augment/arguments.ts";
export type { Augmentation } from "./augment/define.ts";
export { type AugmentDescription, checkAugmentations } from "./augment/index.ts";
export { augmentations } from "./augment/registry.ts";
export type { Batch } from "./batches/batch.ts";
export { createLoader, type EpochOptions, type Loader, type LoaderOptions } from "./batches/loader.ts";
export type { Order } from "./batches/order.ts";
export { balanced, type Sampler, type SamplerOptions, sequential, shuffled, weighted } from "./batches/samplers.ts";
export { cacheFolder } from "./cache/cache-folder.ts";
export { type Conversion, convertDataSet, OUTPUT_FORMATS, type OutputFormat } from "./convert/convert-data-set.ts";
export { isLabelPattern } from "./data-set/check-options.ts";
export type { DataSet } from "./data-set/data-set.ts";
export { listFolds } from "./data-set/list-folds.ts";
export { openDataSet } from "./data-set/open-data-set.ts";
export type { DataOptions } from "./data-set/options.ts";
export type { PartName } from "./data-set/parts.ts";
export type { DataProgress, OnProgress } from "./data-set/progress.ts";
export { type DataRemedy, dataRemedyInWords } from "./data-set/remedy.ts";
export { type ImageStream, type StreamedImage, streamImages } from "./data-set/stream-images.ts";
export { readImage } from "./decode/read-image.ts";
export type { SampleOptions } from "./decode/sample-options.ts";
export { DataError } from "./error.ts";
export { type FetchDataSetOptions, fetchDataSet } from "./fetch/fetch-data-set.ts";
export { type FetchFileOptions, fetchFile } from "./fetch/fetch-file.ts";
export { findByGlob, isGlob } from "./files/glob.ts";
export type { ImageFile } from "./files/image-file.ts";
export { type OpenImageFiles, openImageFiles } from "./files/open-image-files.ts";
export { readTextFile } from "./files/read-text.ts";
export { listImages } from "./files/read-tree.ts";
export { FORMAT_NAMES, type FormatName } from "./formats/format-names.ts";
export { type ImageSetOptions, imageSet, type TargetArray } from "./image-set/from-arrays.ts";
export { type ImageSet, type ImageSetHandle, openImageSet } from "./image-set/image-set.ts";
export {
  type CheckedSource,
  checkSource,
  type ImageSource,
  type PixelArray,
  pixelsFor,
} from "./image-set/image-source.ts";
export { subset } from "./image-set/subset.ts";
export type { Target, Targets, TargetValues } from "./image-set/targets.ts";
export { type BuiltIn, builtIns } from "./names/built-in.ts";
export type { PlannedBatch } from "./prefetch/plan.ts";
export { type Prefetch, prefetch } from "./prefetch/prefetch.ts";
export type { Duplicate } from "./report/duplicates.ts";
export type { Failure, PartCounts } from "./report/facts.ts";
export type { DataReport } from "./report/report.ts";
export { type AugmentedSheetOptions, augmentedSheet } from "./sheet/augmented-sheet.ts";
export { type ContactSheetOptions, contactSheet } from "./sheet/contact-sheet.ts";
export type { PieceFormat, Pieces, StreamPiece } from "./streams/pieces.ts";
export { rebatch } from "./streams/rebatch.ts";
export { checkStream, isStream, type StreamSource, streamBatches } from "./streams/stream-source.ts";
