import { existsSync } from "node:fs";
import { DataError, readTextFile } from "@downhill/images";
import { UsageError } from "../usage-error.ts";
import { CONFIG_FILE } from "./config-file-name.ts";

/** Path and contents of a configuration file. */
export interface ConfigFile {
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Reads the configuration file of `--config`, or else the default one.
 * @returns null if there is neither
 * @throws UsageError if the named file does not exist, or the file is not a JSON object
 */
export function readConfigFile(named?: string): ConfigFile | null {
  const path = named ?? CONFIG_FILE;
  if (!existsSync(path)) {
    if (named === undefined) return null;
    throw new UsageError(`--config ${named}: the file does not exist`);
  }
  const config = parse(path);
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new UsageError(`${path}: expected an object of settings, such as { "epochs": 5 }`);
  }
  // Only editors use it.
  const { $schema, ...rest } = config as Record<string, unknown>;
  return { path, config: rest };
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readTextFile(path));
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(error instanceof DataError ? message : `${path}: expected JSON: ${message}`);
  }
}
