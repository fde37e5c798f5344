import { DataError } from "../error.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import { type ImageSetHandle, openImageSet, selectImages } from "../image-set/image-set.ts";
import type { RawData } from "../reading/raw-data.ts";
import type { DataOptions } from "./options.ts";
import type { PartName } from "./parts.ts";
import { stratifiedChoice, stratifiedSplit } from "./stratify.ts";

/** The image sets of the parts that a data set has. */
export type Parts = Partial<Record<PartName, ImageSet>>;

/** Splits the validation part off and limits the parts, by the options. @throws DataError if the data have one already */
export function divide({ parts }: RawData, options: DataOptions, source: string): Parts {
  const { seed = 0, validationShare = parts.test || parts.validation ? 0 : 0.2, trainLimit, testLimit } = options;
  let train = parts.train as ImageSetHandle;
  let validation = parts.validation;
  if (validationShare > 0) {
    if (validation) {
      throw new DataError(
        `${source}: validationShare = ${validationShare}, but the data have a validation part. Set validationShare to 0, or remove that part.`,
      );
    }
    const { rest, split } = stratifiedSplit(train.labels, validationShare, seed);
    if (split.length > 0) validation = selectImages(train, split);
    train = selectImages(train, rest);
  }
  const divided: Parts = { train: openImageSet(limited(train, trainLimit, seed)) };
  if (validation) divided.validation = openImageSet(validation);
  if (parts.test) divided.test = openImageSet(limited(parts.test, testLimit, seed));
  return divided;
}

function limited(handle: ImageSetHandle, limit: number | undefined, seed: number): ImageSetHandle {
  const chosen = limit === undefined ? null : stratifiedChoice(handle.labels, limit, seed);
  return chosen ? selectImages(handle, chosen) : handle;
}
