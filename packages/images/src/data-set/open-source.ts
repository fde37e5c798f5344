import { resolve } from "node:path";
import type { Files } from "../files/files.ts";
import { openFiles } from "../files/open-files.ts";
import type { ReadContext } from "../formats/format.ts";
import { type FoundData, findData } from "../names/find.ts";
import { checkOptions, decodedFolder, MEMORY_LIMIT } from "./check-options.ts";
import type { DataOptions } from "./options.ts";
import type { OnProgress } from "./progress.ts";

/** The files of a data set, and the circumstances in which they are read. */
export interface OpenSource {
  readonly found: FoundData;
  readonly files: Files;
  readonly context: ReadContext;
  /** The notes for the report so far. */
  readonly notes: ReadonlySet<string>;
}

/** Checks the options, finds the data and opens their files. @throws DataError as `openDataSet` */
export async function openSource(source: string, options: DataOptions, onProgress: OnProgress): Promise<OpenSource> {
  checkOptions(options);
  const { cache = decodedFolder(), memoryLimit = MEMORY_LIMIT, classes, signal, skip } = options;
  const found = await findData(source, onProgress);
  const notes = new Set<string>();
  const place = { cache: resolve(cache), memoryLimit, note: (text: string) => void notes.add(text) };
  const context = { known: found.known, anyClassCount: classes !== undefined, place, onProgress, signal };
  return { found, files: await openFiles(found.path, { skip, ...context }), context, notes };
}
