import { basename, dirname } from "node:path";
import { ending, isImage } from "../tree.ts";

/** The number of files of an archive by which a shard is recognized. */
export const SHARD_SAMPLE = 64;

/** The endings of labels in shards. A folder of images may also have files of the second list beside them. */
const LABELS = [".cls"];
const SIDECARS = [".json", ".txt"];

/**
 * True if files are those of a WebDataset shard: each image has its label in a file of the same name, as in `0001.jpg` and
 * `0001.cls`, and there are no others. Such tar archives are a format of their own.
 * @param paths the first files of a tar archive
 */
export function isShard(paths: readonly string[]): boolean {
  const images = paths.filter(isImage);
  if (images.length === 0) return false;
  if (paths.some((path) => !isImage(path) && ![...LABELS, ...SIDECARS].includes(ending(path)))) return false;
  const all = new Set(paths);
  const hasOne = (endings: readonly string[]): boolean => {
    // The sample may end between an image and its label.
    const labeled = images.filter((path) =>
      endings.some((name) => all.has(path.slice(0, -ending(path).length) + name)),
    );
    return labeled.length > 0 && labeled.length >= images.length - 1;
  };
  const isFlat = new Set(paths.map(dirname)).size === 1;
  return (
    hasOne(LABELS) ||
    (isFlat && hasOne(SIDECARS) && new Set(images.map((path) => basename(path))).size === images.length)
  );
}
