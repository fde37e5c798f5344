import { existsSync, readdirSync, statSync } from "node:fs";
import { UsageError } from "../usage-error.ts";
import { checkNoDanglingLink } from "./dangling-link.ts";

/**
 * Checks that a folder for results is empty or not there: what is in a folder is never written over.
 * @throws UsageError where it is not
 */
export function checkUnusedFolder(folder: string): void {
  checkNoDanglingLink("--out", folder);
  if (!existsSync(folder)) return;
  const refuse = (what: string): never => {
    throw new UsageError(`--out ${folder}: ${what}: expected a folder that is empty or not there`);
  };
  if (!statSync(folder).isDirectory()) refuse("there is a file of that name");
  if (readdirSync(folder).length > 0) refuse("it is not empty");
}
