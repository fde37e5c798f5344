import { existsSync } from "node:fs";
import { UsageError } from "../usage-error.ts";
import { checkNoDanglingLink } from "./dangling-link.ts";

/** @throws UsageError if the file of `--out` or another flag exists and must not be overwritten */
export function checkNewFile(out: string, force: boolean, flag = "--out"): void {
  checkNoDanglingLink(flag, out);
  if (existsSync(out) && !force) {
    throw new UsageError(`${flag} ${out}: the file exists. Choose a new file, or add --force to overwrite it.`);
  }
}
