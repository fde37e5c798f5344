import { existsSync, readdirSync, statSync } from "node:fs";
import { UsageError } from "../usage-error.ts";
import { checkNoDanglingLink } from "./dangling-link.ts";

/**
 * Checks that a folder for results is empty or does not exist, so that nothing is overwritten.
 * @throws UsageError if it is not
 */
export function checkUnusedFolder(folder: string): void {
  checkNoDanglingLink("--out", folder);
  if (!existsSync(folder)) return;
  const refuse = (problem: string): never => {
    throw new UsageError(`--out ${folder}: ${problem}. Use an empty folder or a new one.`);
  };
  if (!statSync(folder).isDirectory()) refuse("there is a file with this name");
  if (readdirSync(folder).length > 0) refuse("it is not empty");
}
