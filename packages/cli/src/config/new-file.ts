import { existsSync } from "node:fs";
import { extname } from "node:path";
import { UsageError } from "../usage-error.ts";
import { checkNoDanglingLink } from "./dangling-link.ts";

/** @throws UsageError if the file of `--out` or another flag exists and must not be overwritten */
export function checkNewFile(out: string, force: boolean, flag = "--out"): void {
  checkNoDanglingLink(flag, out);
  if (existsSync(out) && !force) {
    throw new UsageError(`${flag} ${out}: the file exists. Choose a new file, or add --force to overwrite it.`);
  }
}

/** @throws UsageError if the file of a flag is no PNG file, or exists and must not be overwritten */
export function checkNewPicture(path: string, force: boolean, flag: string, example: string): void {
  if (extname(path).toLowerCase() !== ".png") {
    throw new UsageError(`${flag} ${path}: expected the name of a PNG file, such as ${example}`);
  }
  checkNewFile(path, force, flag);
}
