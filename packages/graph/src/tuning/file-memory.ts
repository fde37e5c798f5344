import type * as Fs from "node:fs/promises";
import type * as Os from "node:os";
import type * as Path from "node:path";
import { importInNode } from "../devices/import-in-node.ts";
import type { Choices, Memory } from "./memory.ts";

/** What the file holds. */
interface Remembered {
  readonly version: 1;
  /** By machine, and then by question. */
  readonly choices: Readonly<Record<string, Choices>>;
}

/** Milliseconds between looks at a lock that another process holds. */
const POLL = 50;
/** A lock that nobody has touched for so many milliseconds was left behind by a process that was killed. */
const STALE = 60_000;

/**
 * A memory in a JSON file, which several processes may share. A file that is damaged counts as empty, and is replaced.
 * @param path of the file; its folder is made where there is none
 */
export function fileMemory(path: string): Memory {
  return {
    read: async (machine) => (await readFile(path)).choices[machine] ?? {},
    async add(machine, work) {
      const unlock = await lock(path);
      if (!unlock) return null;
      try {
        const { choices } = await readFile(path);
        const known = choices[machine] ?? {};
        const all = { ...known, ...(await work(known)) };
        await writeFile(path, { version: 1, choices: { ...choices, [machine]: all } });
        return all;
      } catch (error) {
        if (isOfSystem(error)) return null;
        throw error;
      } finally {
        await unlock();
      }
    },
  };
}

const fs = (): Promise<typeof Fs> => importInNode("node:fs/promises");
const paths = (): Promise<typeof Path> => importInNode("node:path");

async function readFile(path: string): Promise<Remembered> {
  try {
    const found: unknown = JSON.parse(await (await fs()).readFile(path, "utf8"));
    if (isRemembered(found)) return found;
  } catch {
    // There is none, or it is damaged.
  }
  return { version: 1, choices: {} };
}

function isRemembered(found: unknown): found is Remembered {
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isRecord(found) || found.version !== 1 || !isRecord(found.choices)) return false;
  return Object.values(found.choices).every(
    (choices) => isRecord(choices) && Object.values(choices).every((choice) => typeof choice === "string"),
  );
}

/** Whoever reads meanwhile finds the old file or the new one, never a part. */
async function writeFile(path: string, remembered: Remembered): Promise<void> {
  const { rename, rm, writeFile: write } = await fs();
  const draft = `${path}.${process.pid}`;
  try {
    await write(draft, `${JSON.stringify(remembered, null, 1)}\n`);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Waits for the lock and takes it; null where its folder cannot be written. */
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
      const touch = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), STALE / 4);
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
    if (age > STALE || (await isLeftBehind(file))) await rm(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

const hostname = async (): Promise<string> => (await importInNode<typeof Os>("node:os")).hostname();

/** Whether a lock is of a process of this computer that has ended. One that is just being written, or older, may not be. */
async function isLeftBehind(file: string): Promise<boolean> {
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
  // A zombie is there until its parent notices: proc_pid_stat(5).
  const stat = await (await fs()).readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return /\) [ZXx] [^)]*$/.test(stat);
}

const isOfSystem = (error: unknown): boolean => error instanceof Error && "code" in error;
