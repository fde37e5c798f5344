import { existsSync } from "node:fs";
import { DataError, readTextFile } from "@downhill/images";
import { UsageError } from "../usage-error.ts";

/** The configuration file that is taken where none is named. */
export const CONFIG_FILE = "downhill.config.json";

/** A configuration file: where it is, and what it says. */
export interface ConfigFile {
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The configuration file that is named, or that of the working directory; null where there is none.
 * @throws UsageError where the named one is not there, or either is no JSON object
 */
export function readConfigFile(named?: string): ConfigFile | null {
  const path = named ?? CONFIG_FILE;
  if (!existsSync(path)) {
    if (named === undefined) return null;
    throw new UsageError(`--config ${named}: there is no such file`);
  }
  const config = parse(path);
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new UsageError(`${path}: expected an object of settings, such as { "epochs": 5 }`);
  }
  // For editors.
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
