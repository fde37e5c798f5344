import { existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../usage-error.ts";

/**
 * Checks that neither a new path nor a folder above it is a link without a target: writing to it would create the target
 * in a place that the user did not name.
 * @param flag flag with the path
 * @throws UsageError that names the link
 */
export function checkNoDanglingLink(flag: string, path: string): void {
  for (let at = path; !existsSync(at); at = dirname(at)) {
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new UsageError(
        `${flag} ${path}: ${at} is a link whose target does not exist. Remove the link, or create its target.`,
      );
    }
    if (dirname(at) === at) return;
  }
}
