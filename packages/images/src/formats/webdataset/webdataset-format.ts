import { type Files, pathIn } from "../../files/files.ts";
import { filesIn, walk } from "../../files/tree.ts";
import { plural } from "../../text/lists.ts";
import { readClassFile } from "../class-file.ts";
import { containerFormat } from "../container-format.ts";
import { byPart, type FileGroup, fileGroups, leftFindings } from "../file-groups.ts";
import type { EncodedImages, ReadContext, Reading } from "../format.ts";
import { readSamples, type Sample } from "../sample-store.ts";
import { checkTexts, type ShardSample, shardSamples } from "./shard-samples.ts";
import { type ShardEntry, tarEntries } from "./tar-entries.ts";

/** The number of samples by which a tar file is recognized as a shard. */
const PEEK = 8;

/** WebDataset's shards: tar files of images with a `.cls`, `.json` or `.txt` file each; or one such tar file, opened. */
export const webdatasetFormat = containerFormat({
  name: "webdataset",
  async find(files, _, context) {
    const shards = fileGroups(files.root, (name) => /\.(?:tar|tar\.gz|tgz)$/i.test(name));
    const readings: Reading[] = [];
    for (const group of shards) {
      const [first] = group.files;
      if (!first || !(await hasLabels(tarSamples(files, first.file)))) continue;
      readings.push({
        format: "webdataset",
        home: group.home,
        description: `${plural(group.files.length, "WebDataset shard")}, the images labeled by files beside them`,
        reason: "It has tar files in which an image and its label have the same name.",
        choice: { dataFormat: "webdataset" },
        load: () => readShards(files, group, context),
      });
    }
    if (readings.length === 0 && looksOpened(files) && (await hasLabels(openedSamples(files)))) {
      readings.push({
        format: "webdataset",
        home: "",
        description: "images labeled by files beside them, as in WebDataset",
        reason: "An image and its label have the same name.",
        choice: { dataFormat: "webdataset" },
        load: () => readOpened(files, context),
      });
    }
    return readings;
  },
});

/** True if labels may lie beside images: in an opened tar file, or as files with the ending `.cls`. */
const looksOpened = ({ path, root }: Files): boolean =>
  root.tree.count > 0 &&
  (/\.(?:tar|tar\.\w+|tgz)$/i.test(path) ||
    [...walk(root)].some(({ tree }) => tree.others.some((name) => /\.cls$/i.test(name))));

const tarSamples = (files: Files, file: string): AsyncGenerator<ShardSample> =>
  shardSamples(pathIn(files, file), tarEntries(files, file));

const openedSamples = (files: Files): AsyncGenerator<ShardSample> => shardSamples(files.path, openedEntries(files));

async function* openedEntries(files: Files): AsyncGenerator<ShardEntry> {
  for (const branch of walk(files.root)) {
    for (const name of filesIn(branch)) yield { name, read: () => files.read(name) };
  }
}

async function hasLabels(samples: AsyncIterable<ShardSample>): Promise<boolean> {
  let count = 0;
  for await (const { source } of samples) {
    if (source !== null) return true;
    if (++count === PEEK) break;
  }
  return false;
}

const readShards = (files: Files, group: FileGroup, context: ReadContext): Promise<EncodedImages> =>
  readSamples(context, async (store) => {
    const parts = byPart(group.files);
    const texts: string[] = [];
    for (const [part, own] of parts.parts) {
      for (const file of own) await store.add(part, collected(tarSamples(files, file), file, texts));
    }
    const path = pathIn(files, files.only ?? group.home);
    checkTexts(path, texts);
    return store.finish(path, await readClassFile(files, group.home), leftFindings(parts, group));
  });

const readOpened = (files: Files, context: ReadContext): Promise<EncodedImages> =>
  readSamples(context, async (store) => {
    const texts: string[] = [];
    await store.add("train", collected(openedSamples(files), null, texts));
    checkTexts(files.path, texts);
    return store.finish(files.path, await readClassFile(files, ""));
  });

/** Names samples by their shard, and collects the labels that could be captions. */
async function* collected(
  samples: AsyncIterable<ShardSample>,
  shard: string | null,
  texts: string[],
): AsyncGenerator<Sample> {
  for await (const { name, label, bytes, source } of samples) {
    if (source === "txt" && label !== null) texts.push(String(label));
    yield { name: shard === null ? name : `${shard}/${name}`, label, bytes };
  }
}
