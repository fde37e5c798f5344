import { argument } from "../../command/argument.ts";
import { defineCommand } from "../../command/define-command.ts";
import { option } from "../../command/option.ts";
import { text, wholeNumber } from "../../command/readers.ts";
import { READING_KEYS } from "../../config/flags.ts";
import { DATA_HELP, force, json } from "../shared.ts";

/** Most images of a sheet, which fit on a screen of a few pages. */
const MOST = 100;

export const preview = defineCommand({
  name: "preview",
  summary: "draw augmented training images as a PNG file",
  description:
    "Draw training images beside the augmented versions on which the first epochs of a training train. Mixed images have both labels with their shares. The default augmentation is that of a training with these settings.",
  args: [argument("data", DATA_HELP)],
  options: {
    out: option("<file>", "PNG file to write (default preview.png)", text),
    count: option("<n>", "number of images (default 8)", wholeNumber(MOST)),
    force,
    json,
  },
  settings: [
    ...READING_KEYS,
    "model",
    "augment",
    "fold",
    "folds",
    "validationShare",
    "imageSize",
    "channels",
    "bands",
    "valueRange",
    "seed",
  ],
  examples: ["downhill data preview sample --augment flip,crop,mixup --out preview.png"],
  action: async ({ output, args: [data], options: { out = "preview.png", count, force }, settings }) =>
    (await import("../../actions/data/preview.ts")).previewData(output, { data, settings, out, count, force }),
});
