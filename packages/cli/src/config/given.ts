import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defined } from "@downhill/optim/defined";
import { ConfigError, checkNames, type GivenConfig, parseConfig } from "@downhill/train";
import { UsageError } from "../usage-error.ts";
import { readConfigFile } from "./config-file.ts";
import { DATA_NAMES, dataArgument, labelsArgument } from "./data-argument.ts";
import { flagOf, readConfigFlags } from "./flags.ts";
import { withSetting } from "./set.ts";

/** Source of a setting's value. */
export type SettingSource = "flag" | "file" | "default";

/** Configuration with the sources of its values. */
export interface Given {
  readonly config: GivenConfig;
  /** Configuration file that was read; null without one. */
  readonly file: string | null;
  sourceOf(key: keyof GivenConfig): SettingSource;
}

/** Placeholder for the data when a part of a configuration is checked by itself. */
const SOME_DATA = "sample";

/**
 * Reads the configuration of a command from its flags and the configuration file; flags have precedence. Checks names, too.
 * @param data DATA argument, if given
 * @throws UsageError or ConfigError for an error in any of them
 */
export function readGiven(
  data: string | undefined,
  options: Readonly<Record<string, unknown>> & { readonly config?: string; readonly set?: readonly string[] },
): Given {
  const file = readConfigFile(options.config);
  const inFile = file?.config ?? {};
  if (file) parseConfig({ data: SOME_DATA, ...inFile }, file.path);
  const flags = checkedFlags(options);
  let config: Record<string, unknown> = { ...inFile, ...flags, ...defined({ data }) };
  for (const assignment of options.set ?? []) config = withSetting(config, assignment);
  if (config.data === undefined) {
    throw new UsageError(
      `train: DATA is missing. Expected a folder of images, or one of ${DATA_NAMES.join(", ")}; sample needs no download.`,
    );
  }
  const { data: source, ...settings } = parseConfig(config, "--set");
  const path = dataArgument(source);
  const parsed = { data: path, ...settings, ...absoluteLabels(settings, path), ...absoluteWeights(settings) };
  checkNames(parsed);
  const set = (options.set ?? []).map((assignment) => assignment.split(/[.=]/)[0]);
  return {
    config: parsed,
    file: file?.path ?? null,
    sourceOf: (key) => (key in flags || set.includes(key) ? "flag" : key in inFile ? "file" : "default"),
  };
}

/**
 * Reads the flags of a command that reads DATA without a configuration file.
 * @param data path of DATA, or its name
 * @throws UsageError for a value that its flag does not accept
 */
export function readDataFlags(data: string, options: Readonly<Record<string, unknown>>): Omit<GivenConfig, "data"> {
  const flags = checkedFlags(options);
  const { data: _, ...settings } = parseConfig({ data: SOME_DATA, ...flags });
  return { ...settings, ...absoluteLabels(settings, data) };
}

/** Reads flags, and checks each by itself. */
function checkedFlags(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const flags = readConfigFlags(options);
  for (const [key, value] of Object.entries(flags)) checkFlag(key, value, options[key]);
  return flags;
}

const absoluteLabels = ({ labels }: Omit<GivenConfig, "data">, data: string): Pick<GivenConfig, "labels"> =>
  labels === undefined ? {} : { labels: labelsArgument(labels, data) };

/** Returns the path of pretrained weights as an absolute one, so that a run can be repeated in another folder. */
const absoluteWeights = ({ pretrained }: Omit<GivenConfig, "data">): Pick<GivenConfig, "pretrained"> =>
  pretrained !== undefined && existsSync(pretrained) ? { pretrained: resolve(pretrained) } : {};

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
