import type * as Fs from "node:fs/promises";
import type * as Os from "node:os";
import type * as Path from "node:path";
import { importInNode } from "../devices/import-in-node.ts";
import type { ChosenVariants, TuningCache } from "./tuning-cache.ts";

/** Contents of the file. */
interface CacheFile {
  readonly version: 1;
  /** Chosen variants by machine. */
  readonly choices: Readonly<Record<string, ChosenVariants>>;
}

/** Milliseconds between checks of a lock that another process holds. */
const POLL_INTERVAL = 50;
/** Milliseconds without a touch after which a lock counts as left behind by a killed process. */
const STALE_AFTER = 60_000;

/**
 * Creates a tuning cache in a JSON file that several processes may share. A damaged file counts as empty and is replaced.
 * @param path path of the file; a missing folder is created
 */
export function fileTuningCache(path: string): TuningCache {
  return {
    read: async (machine) => (await readFile(path)).choices[machine] ?? {},
    async add(machine, measure) {
      const unlock = await lock(path);
      if (!unlock) return null;
      try {
        const { choices } = await readFile(path);
        const known = choices[machine] ?? {};
        const all = { ...known, ...(await measure(known)) };
        await writeFile(path, { version: 1, choices: { ...choices, [machine]: all } });
        return all;
      } catch (error) {
        if (isSystemError(error)) return null;
        throw error;
      } finally {
        await unlock();
      }
    },
  };
}

const fs = (): Promise<typeof Fs> => importInNode("node:fs/promises");
const paths = (): Promise<typeof Path> => importInNode("node:path");

async function readFile(path: string): Promise<CacheFile> {
  try {
    const found: unknown = JSON.parse(await (await fs()).readFile(path, "utf8"));
    if (isCacheFile(found)) return found;
  } catch {
    // A missing or damaged file counts as empty.
  }
  return { version: 1, choices: {} };
}

function isCacheFile(found: unknown): found is CacheFile {
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isRecord(found) || found.version !== 1 || !isRecord(found.choices)) return false;
  return Object.values(found.choices).every(
    (choices) => isRecord(choices) && Object.values(choices).every((choice) => typeof choice === "string"),
  );
}

/** Replaces the file atomically: concurrent readers see the old contents or the new, never a mixture. */
async function writeFile(path: string, contents: CacheFile): Promise<void> {
  const { rename, rm, writeFile: write } = await fs();
  const draft = `${path}.${process.pid}`;
  try {
    await write(draft, `${JSON.stringify(contents, null, 1)}\n`);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Waits for the lock, takes it and returns the function that releases it; null if its folder cannot be written. */
async function lock(path: string): Promise<(() => Promise<void>) | null> {
  const { mkdir, rm, stat, utimes, writeFile: write } = await fs();
  const file = `${path}.lock`;
  try {
    await mkdir((await paths()).dirname(path), { recursive: true });
  } catch {
    return null;
  }
  for (;;) {
    try {
      await write(file, JSON.stringify({ pid: process.pid, host: await hostname() }), { flag: "wx" });
      const touch = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), STALE_AFTER / 4);
      touch.unref();
      return () => {
        clearInterval(touch);
        return rm(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return null;
    }
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_AFTER || (await isOrphaned(file))) await rm(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
}

const hostname = async (): Promise<string> => (await importInNode<typeof Os>("node:os")).hostname();

/** True if the lock belongs to a process of this computer that has ended. An unreadable lock counts as alive, since its owner may be writing it. */
async function isOrphaned(file: string): Promise<boolean> {
  try {
    const { readFile: read } = await fs();
    const { pid, host } = JSON.parse(await read(file, "utf8")) as { readonly pid: number; readonly host: string };
    return host === (await hostname()) && (await hasEnded(pid));
  } catch {
    return false;
  }
}

async function hasEnded(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  // A zombie still accepts signals until its parent waits for it: proc_pid_stat(5).
  const stat = await (await fs()).readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return /\) [ZXx] [^)]*$/.test(stat);
}

const isSystemError = (error: unknown): boolean => error instanceof Error && "code" in error;
