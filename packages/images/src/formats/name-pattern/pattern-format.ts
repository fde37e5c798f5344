import { basename } from "node:path";
import type { DataOptions } from "../../data-set/options.ts";
import { DataError } from "../../error.ts";
import type { Files } from "../../files/files.ts";
import { imagesBelow } from "../../files/tree.ts";
import { listFirst } from "../../text/lists.ts";
import { partOf } from "../folder/layout/candidate.ts";
import type { EncodedImages, Format, ReadContext } from "../format.ts";
import { ImageIndex, partOfPath } from "../table/image-index.ts";
import { LabelCollector } from "../table/label-collector.ts";
import { labelImages } from "../table/label-images.ts";
import { compilePattern } from "./compile-pattern.ts";
import { suggestPattern } from "./suggest-pattern.ts";

/** Labels in the names of images, found by a regular expression. It is only read if the user gives the expression. */
export const patternFormat: Format = {
  name: "name-pattern",
  options: ["labelPattern"],
  labelsImageFiles: true,
  async find(files, options, context) {
    const { labelPattern } = options;
    if (labelPattern === undefined) {
      if (options.dataFormat === "name-pattern") {
        throw new DataError(
          `${files.path}: dataFormat = "name-pattern" needs the pattern of the names. Set labelPattern, such as ^(.+)_\\d+ for cat_1.jpg.`,
        );
      }
      refuseWithSuggestion(files);
      return [];
    }
    return [
      {
        format: "name-pattern",
        home: "",
        description: `labels from the names of images, by ${labelPattern}`,
        reason: "The pattern of the names is given.",
        choice: { labelPattern },
        load: () => load(files, labelPattern, context),
      },
    ];
  },
};

/** Refuses images beside each other whose names appear to have labels, with the pattern to give. */
function refuseWithSuggestion(files: Files): void {
  const paths = imagesBelow(files.root);
  const found = suggestPattern(paths);
  if (!found) return;
  const { pattern, example, labels } = found;
  throw new DataError(
    `${files.path}: it has no labels but in the names of its images, such as ${example}. Expected one folder of images per class, a table of labels, or the pattern of the names.`,
    [
      { options: { labelPattern: pattern } satisfies DataOptions, purpose: `read the labels ${listFirst(labels, 3)}` },
      { act: "move each image into a folder named after its class" },
    ],
  );
}

async function load(files: Files, pattern: string, { anyClassCount }: ReadContext): Promise<EncodedImages> {
  const index = new ImageIndex([...imagesBelow(files.root)].sort());
  const expression = compilePattern(pattern);
  const match = (text: string): RegExpExecArray | null => expression.exec(text.normalize("NFC"));
  const isForPaths = pattern.includes("/") || !index.paths.some((path) => match(basename(path)));
  const collector = new LabelCollector(index);
  const unmatched: string[] = [];
  for (const [image, path] of index.paths.entries()) {
    const found = match(isForPaths ? path : basename(path));
    const label = found?.groups?.label ?? found?.[1];
    if (label === undefined || label.trim() === "") unmatched.push(path);
    else collector.set(image, label, partIn(found) ?? partOfPath(path), () => path);
  }
  if (collector.labeled === 0) {
    throw new DataError(
      `${files.path}: labelPattern = ${pattern}: it finds a label in none of the ${index.paths.length} images, such as ${listFirst(index.paths, 3)}. Expected a group that finds the label, such as ^(.+)_\\d+ for cat_1.jpg.`,
    );
  }
  return labelImages(collector, {
    files,
    place: `${files.path}: labelPattern = ${pattern}`,
    anyClasses: anyClassCount,
    namesOf: async () => null,
    findings:
      unmatched.length === 0
        ? []
        : [
            `The pattern finds no label in ${unmatched.length} of the ${index.paths.length} images, which are left out: ${listFirst(unmatched, 3)}.`,
          ],
    reportsBare: false,
  });
}

/** Returns the part that the group `split` or `part` of a pattern names. */
function partIn(found: RegExpExecArray | null): ReturnType<typeof partOf> {
  const text = found?.groups?.split ?? found?.groups?.part;
  return text === undefined ? null : partOf(text);
}
