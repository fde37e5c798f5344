import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { OnProgress } from "../data-set/progress.ts";
import { DataError } from "../error.ts";
import type { OfficialFile } from "../names/built-in.ts";
import { fetchFile } from "./fetch-file.ts";
import { unpackTar } from "./unpack-tar.ts";

/** Files and their official source. */
export interface OfficialPlace {
  /** The URL of the folder, ending with a slash. */
  readonly base: string;
  readonly files: readonly OfficialFile[];
}

/**
 * Downloads files into a folder, which gets its name once all files are there. Until then the folder's name ends with
 * `.part`, and the next call resumes the download.
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
    throw new DataError(`${part}: it cannot be written (${(error as Error).message}).`);
  }
  for (const { name, sha256, unpack } of files) {
    const path = join(part, name);
    await fetchFile({
      url: `${base}${name}`,
      sha256,
      path,
      onBytes: (done, total) => onProgress({ what: `downloading ${name}`, done, total }),
      pause,
    });
    if (!unpack) continue;
    await unpackTar(path, unpack, part);
    rmSync(path);
  }
  // Another process may have finished first.
  if (existsSync(home)) rmSync(part, { recursive: true });
  else renameSync(part, home);
}
