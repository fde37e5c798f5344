import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { OnProgress } from "../data-set/progress.ts";
import { DataError } from "../error.ts";
import type { OfficialFile } from "../names/built-in.ts";
import { fetchFile } from "./fetch-file.ts";
import { unpackTar } from "./unpack-tar.ts";

/** Files, and where they are. */
export interface OfficialPlace {
  /** Ends with a slash. */
  readonly base: string;
  readonly files: readonly OfficialFile[];
}

/**
 * Fetches files into a folder, which has its name when all are there: until then they stand in one that ends with
 * `.part`, and the next call goes on with them.
 */
export async function fetchOfficial(
  { base, files }: OfficialPlace,
  home: string,
  { onProgress = () => {}, pause }: { readonly onProgress?: OnProgress; readonly pause?: number },
): Promise<void> {
  const part = `${home}.part`;
  try {
    mkdirSync(part, { recursive: true });
  } catch (error) {
    throw new DataError(`${part}: cannot be written (${(error as Error).message})`);
  }
  for (const { name, sha256, unpack } of files) {
    const path = join(part, name);
    await fetchFile({
      url: `${base}${name}`,
      sha256,
      path,
      onBytes: (done, total) => onProgress({ what: `fetching ${name}`, done, total }),
      ...(pause === undefined ? {} : { pause }),
    });
    if (!unpack) continue;
    await unpackTar(path, unpack, part);
    rmSync(path);
  }
  // Another process may have been quicker.
  if (existsSync(home)) rmSync(part, { recursive: true });
  else renameSync(part, home);
}
