import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { builtIns } from "@downhill/images";
import { suggest } from "@downhill/optim/nearest";
import { UsageError } from "../usage-error.ts";

/** Names of the built-in data sets. */
export const DATA_NAMES: readonly string[] = Object.keys(builtIns);

/**
 * Returns the DATA argument: the name of a data set, or the absolute path of a folder or a file.
 * @throws UsageError for anything else
 */
export function dataArgument(text: string): string {
  if (DATA_NAMES.includes(text)) return text;
  if (existsSync(text)) return resolve(text);
  throw new UsageError(`${text}: there is no folder, file or data set with this name: ${suggest(text, DATA_NAMES)}`);
}

/**
 * Returns the paths of tables of labels: within the data as they are, and others absolute, so that a run can be resumed in
 * another folder.
 */
export function labelsArgument(labels: string | readonly string[], data: string): string | string[] {
  const pathOf = (path: string): string => (existsSync(join(data, path)) || !existsSync(path) ? path : resolve(path));
  return typeof labels === "string" ? pathOf(labels) : labels.map(pathOf);
}

/**
 * Checks the name of a data set.
 * @throws UsageError for an unknown name, with the nearest one
 */
export function dataName(text: string): string {
  if (DATA_NAMES.includes(text)) return text;
  throw new UsageError(`${text}: there is no data set with this name: ${suggest(text, DATA_NAMES)}`);
}
