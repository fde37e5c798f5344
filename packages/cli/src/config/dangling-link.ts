import { existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../usage-error.ts";

/**
 * Checks that neither a new file or folder nor one above it is a link whose target is not there: to write there would
 * make the target, in a place that was not named.
 * @param flag that has the path
 * @throws UsageError that names the link
 */
export function checkNoDanglingLink(flag: string, path: string): void {
  for (let at = path; !existsSync(at); at = dirname(at)) {
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new UsageError(
        `${flag} ${path}: ${at} is a link whose target is not there: expected a path without such links. Remove the link or create its target`,
      );
    }
    if (dirname(at) === at) return;
  }
}
