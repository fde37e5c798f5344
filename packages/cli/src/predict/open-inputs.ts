import { existsSync, statSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { findByGlob, type ImageFile, isGlob, openImageFiles } from "@downhill/images";
import { UsageError } from "../usage-error.ts";

/** Images to classify. */
export interface Inputs {
  readonly files: readonly ImageFile[];
  /** Given folders, and folders that were found by a pattern or named in the standard input. */
  readonly folders: readonly string[];
  /** Closes archives. */
  close(): Promise<void>;
}

/** Name of the standard input as an argument. */
const STDIN = "-";

/**
 * Finds the images that paths name: files, folders, archives, glob patterns, and the standard input (`-`), which is one
 * image or a list of paths.
 * @throws UsageError for a path without images
 */
export async function openInputs(paths: readonly string[], stdin: AsyncIterable<Uint8Array>): Promise<Inputs> {
  const files: ImageFile[] = [];
  const folders: string[] = [];
  const open: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const one of open) await one.close();
  };
  const add = async (path: string): Promise<void> => {
    const inside = await openImageFiles(path);
    open.push(inside);
    if (inside.files.length === 0) {
      const place = statSync(path).isDirectory() ? "folder" : "archive";
      throw new UsageError(`${path}: the ${place} contains no images. Name a folder with images, or image files.`);
    }
    files.push(...inside.files);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) folders.push(path);
  };
  try {
    if (paths.filter((path) => path === STDIN).length > 1) {
      throw new UsageError("-: the standard input is named twice. Name it once.");
    }
    for (const path of paths) {
      if (path !== STDIN) for (const found of expand(path)) await add(found);
      else {
        const read = readStdin(await buffer(stdin));
        if (Array.isArray(read)) for (const line of read) await add(line);
        else files.push(read as ImageFile);
      }
    }
    return { files, folders, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Expands a glob pattern, which shells leave as it is where it is quoted. A file of that name precedes the pattern. */
function expand(path: string): readonly string[] {
  if (!isGlob(path) || existsSync(path)) return [path];
  const found = findByGlob(path);
  if (found.length > 0) return found;
  throw new UsageError(`${path}: no image or folder matches this pattern. Check the pattern and the current folder.`);
}

/** Reads the standard input: text is a list of paths, one per line or separated by null characters; other bytes are an image. */
function readStdin(bytes: Uint8Array): ImageFile | readonly string[] {
  const list = listIn(bytes);
  if (list === null) return { name: "stdin", read: async () => bytes };
  if (list.length > 0) return list;
  throw new UsageError("-: the standard input is empty. Pipe an image, or a list of paths, one per line.");
}

/** Returns the lines of a text; null for bytes that are no text, and for the headers of images that are text. */
function listIn(bytes: Uint8Array): readonly string[] | null {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  if (/^P[1-7][\s#]/.test(text)) return null;
  return text.split(text.includes("\0") ? "\0" : /\r?\n/).filter((line) => line.trim() !== "");
}
