import { DataError } from "../../error.ts";

/** The maximum number of characters of a path, as on most systems. */
const LONGEST = 4096;

/**
 * Returns the path of an entry within its archive, without empty parts and `.`; "" for the archive's own folder.
 * @throws DataError for a path that leads outside, or that is too long
 */
export function entryPath(archive: string, name: string): string {
  const shown = (): string => JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name);
  const parts = name.split("/");
  if (/^(?:[\\/]|[A-Za-z]:[\\/])/.test(name) || name.split(/[\\/]/).includes("..")) {
    throw new DataError(
      `${archive}: the path of its entry ${shown()} leads out of the archive. Expected paths within the folder that was archived. Create the archive again, without -P or absolute paths.`,
    );
  }
  if (name.includes("\0") || name.length > LONGEST) {
    const problem = name.length > LONGEST ? `has ${name.length} characters` : "contains a null character";
    throw new DataError(
      `${archive}: the path of its entry ${shown()} ${problem}. Expected at most ${LONGEST} characters. Create the archive again with other names.`,
    );
  }
  return parts.filter((part) => part !== "" && part !== ".").join("/");
}

/** Decodes a name whose encoding is unknown: as UTF-8 if it is valid, else by `other`. */
export function decodeName(bytes: Uint8Array, other: (bytes: Uint8Array) => string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return other(bytes);
  }
}
