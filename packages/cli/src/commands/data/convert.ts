import { argument } from "../../command/argument.ts";
import { defineCommand } from "../../command/define-command.ts";
import { required } from "../../command/option.ts";
import { oneOf } from "../../command/readers.ts";
import { READING_KEYS } from "../../config/flags.ts";
import { DATA_HELP, json } from "../shared.ts";

export const convert = defineCommand({
  name: "convert",
  summary: "write a data set in another format",
  description:
    "Write a data set in another format: one folder per class, an .npz file as in MedMNIST, Parquet files as on Hugging Face, or WebDataset shards. Image files keep their bytes, and pixels become PNG files. Only an .npz file has images of one size.",
  args: [argument("data", DATA_HELP), argument("out", "new folder; for npz, new file")],
  options: {
    to: required(
      "<format>",
      "folder, npz, parquet or webdataset (required)",
      oneOf("folder", "npz", "parquet", "webdataset"),
    ),
    json,
  },
  settings: [...READING_KEYS, "imageSize", "channels", "bands", "valueRange"],
  examples: ["downhill data convert sample sample.npz --to npz"],
  action: async ({ output, args: [data, out], options: { to }, settings }) =>
    (await import("../../actions/data/convert.ts")).convertData(output, { data, out, to, settings }),
});
