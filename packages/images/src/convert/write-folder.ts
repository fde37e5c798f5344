import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { StreamedImage } from "../data-set/stream-images.ts";
import { listFirst } from "../text/lists.ts";
import { imageFile } from "./image-file.ts";
import type { DataSetWriter } from "./writer.ts";

/** Returns a writer of one folder per class, in one folder per part. */
export function writeFolder(target: string, classNames: readonly string[]): DataSetWriter {
  const folders = folderNames(classNames);
  const taken = new Set<string>();
  return {
    async add(image) {
      const { bytes, ending } = await imageFile(image);
      const folder = join(target, image.part, folders[image.label] as string);
      mkdirSync(folder, { recursive: true });
      const stem = writable(stemOf(image));
      let path = join(folder, `${stem}${ending}`);
      for (let i = 2; taken.has(path.toLowerCase()); i++) path = join(folder, `${stem}-${i}${ending}`);
      taken.add(path.toLowerCase());
      await writeFile(path, bytes);
    },
    async finish() {
      const renamed = classNames.flatMap((name, label) =>
        folders[label] === name ? [] : [`'${name}' is '${folders[label]}'`],
      );
      return renamed.length === 0
        ? []
        : [`Some class names cannot be names of folders, and are changed: ${listFirst(renamed)}.`];
    },
  };
}

/** Returns the file's own name without its ending, or the part and the number of the image, padded so that names keep the order. */
function stemOf({ name, content }: StreamedImage): string {
  if (content.kind === "pixels") return name.replace(/ (\d+)$/, (_, number) => `-${number.padStart(8, "0")}`);
  const file = basename(name);
  return file.slice(0, file.length - extname(file).length);
}

/** Returns a name for the folder of each class that all common file systems accept, and that differs from the others. */
function folderNames(classNames: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return classNames.map((name) => {
    const wished = writable(name);
    let folder = wished;
    for (let i = 2; taken.has(folder.toLowerCase()); i++) folder = `${wished}-${i}`;
    taken.add(folder.toLowerCase());
    return folder;
  });
}

/** Replaces the characters that some file system refuses in names. A hidden name would be ignored when it is read. */
const writable = (name: string): string =>
  name
    .replaceAll(/[/\\:*?"<>|\p{Cc}]/gu, "-")
    .replace(/^\./, "-")
    .replace(/[. ]+$/, "") || "-";
