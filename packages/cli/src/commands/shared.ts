import type { Views } from "@downhill/train";
import { argument } from "../command/argument.ts";
import { flag, list, option } from "../command/option.ts";
import { oneOf, text, wholeNumber } from "../command/readers.ts";
import { CONFIG_FILE } from "../config/config-file-name.ts";
import { keySchemas } from "../config/flags.ts";

export const RUN = argument("run", "run folder");

export const DATA_HELP =
  "folder, archive or file of labeled images, or sample, fashion-mnist, mnist, cifar10 or cifar100";

export const json = flag("print the result as JSON");
export const quiet = flag("print only the result");
export const force = flag("overwrite an existing file");

/** Options of commands that read a whole configuration. */
export const configOptions = {
  config: option("<file>", `JSON file of settings (default: ${CONFIG_FILE}, if there is one)`, text),
  set: list("<key=value>", "set one setting, such as hyperparameters.beta2=0.99 (repeatable)"),
};

const VIEWS = ["none", "flip", "flip-and-shift"] as const satisfies readonly Views[];

/** Options of commands that compute with a trained model. */
export const modelOptions = {
  threads: option("<n>", "compute threads (default: those of the run)", wholeNumber(keySchemas().threads?.maximum)),
  testTimeAugmentation: option(
    "<name>",
    "average views of each image: none, flip or flip-and-shift (default none)",
    oneOf(...VIEWS),
  ),
};
