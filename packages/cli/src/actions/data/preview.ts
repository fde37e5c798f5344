import { writeFileSync } from "node:fs";
import { augmentedSheet, openDataSet } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { resolveConfig } from "@downhill/train";
import { dataArgument } from "../../config/data-argument.ts";
import { readDataFlags } from "../../config/given.ts";
import { checkNewPicture } from "../../config/new-file.ts";
import { progressFields } from "../../output/fit.ts";
import type { Output } from "../../output/output.ts";

/** Augmented images to draw. */
export interface PreviewRequest {
  readonly data: string;
  /** Configuration keys of the images and their augmentation. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** PNG file to write. */
  readonly out: string;
  readonly count: number | undefined;
  /** True to overwrite that file. */
  readonly force: boolean;
}

/** Draws training images beside their augmented versions. */
export async function previewData(
  output: Output,
  { data, settings: flags, out, count, force }: PreviewRequest,
): Promise<undefined> {
  const source = dataArgument(data);
  const settings = readDataFlags(source, flags);
  checkNewPicture(out, force, "--out", "preview.png");
  const { model, augment: _, ...reading } = settings;
  const set = await openDataSet(source, defined(reading), ({ what, done, total }) =>
    output.status(progressFields(what, done, total)),
  );
  const { augment, seed } = resolveConfig({ data: source, ...defined({ ...settings, model }) }, set);
  writeFileSync(out, await augmentedSheet(set, { augment, seed, ...defined({ count }) }));
  const kinds = augment.map(({ kind }) => kind);
  output.result(
    { sheet: out, augment, seed },
    () => `Augmented images: ${out} (augmentation: ${kinds.join(", ") || "none"})`,
  );
}
