import { ConfigError, checkNames, type GivenConfig, parseConfig } from "@downhill/train";
import { UsageError } from "../usage-error.ts";
import { readConfigFile } from "./config-file.ts";
import { DATA_NAMES, dataArgument } from "./data-argument.ts";
import { flagOf, readConfigFlags } from "./flags.ts";
import { withSetting } from "./set.ts";

/** Who said a setting: a flag, the file, or nobody. */
export type SettingSource = "flag" | "file" | "default";

/** A configuration, and where what it says comes from. */
export interface Given {
  readonly config: GivenConfig;
  /** The configuration file that had a part in it; null where there was none. */
  readonly file: string | null;
  sourceOf(key: keyof GivenConfig): SettingSource;
}

/** Stands for the data where a part of a configuration is checked by itself. */
const SOME_DATA = "sample";

/**
 * The configuration of a command: flags come before the file. Names are looked up, so that a misspelt one is told now.
 * @param data the argument, where it is given
 * @throws UsageError or ConfigError for whatever is wrong in it
 */
export function readGiven(
  data: string | undefined,
  options: Readonly<Record<string, unknown>> & { readonly config?: string; readonly set?: readonly string[] },
): Given {
  const file = readConfigFile(options.config);
  const inFile = file?.config ?? {};
  if (file) parseConfig({ data: SOME_DATA, ...inFile }, file.path);
  const flags = readConfigFlags(options);
  for (const [key, value] of Object.entries(flags)) checkFlag(key, value, options[key]);
  let config: Record<string, unknown> = { ...inFile, ...flags, ...(data === undefined ? {} : { data }) };
  for (const assignment of options.set ?? []) config = withSetting(config, assignment);
  if (config.data === undefined) {
    throw new UsageError(
      `train: expected DATA: a folder of images, or one of ${DATA_NAMES.join(", ")}; sample is here`,
    );
  }
  const { data: source, ...settings } = parseConfig(config, "--set");
  const parsed = { data: dataArgument(source), ...settings };
  checkNames(parsed);
  const set = (options.set ?? []).map((assignment) => assignment.split(/[.=]/)[0]);
  return {
    config: parsed,
    file: file?.path ?? null,
    sourceOf: (key) => (key in flags || set.includes(key) ? "flag" : key in inFile ? "file" : "default"),
  };
}

/** Checks one flag; its error quotes the flag as it was written. */
function checkFlag(key: string, value: unknown, written: unknown): void {
  try {
    parseConfig({ data: SOME_DATA, [key]: value });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const expected = error.setting?.expected;
    throw new UsageError(
      `${flagOf(key)} ${written}: ${expected === undefined ? error.problem : `expected ${expected}`}`,
    );
  }
}
