import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { TrainError } from "../../error.ts";
import { UNFINISHED } from "../../files/atomic.ts";
import { onDisk } from "../../files/on-disk.ts";
import { existenceOf, type Owner, parseOwner, thisOwner } from "./owner.ts";

/** Milliseconds to wait for a live owner, since a process that was just killed takes a moment to end. */
const PATIENCE = 2000;
/** Milliseconds between two checks of the lock. */
const POLL = 50;

/**
 * Locks a run folder for this thread and takes over the lock of a process that has ended.
 * @param patience milliseconds to wait for a live owner
 * @returns a function that releases the lock
 * @throws TrainError if another live process or thread, or one on another computer, holds the lock
 */
export async function lock(path: string, patience = PATIENCE): Promise<() => void> {
  const mine = JSON.stringify(thisOwner());
  for (const deadline = performance.now() + patience; ; ) {
    if (onDisk(path, () => create(path, mine))) return () => releaseLock(path, mine);
    const found = onDisk(path, () => readIfThere(path));
    const owner = found === null ? null : livingOwner(found);
    const late = performance.now() > deadline;
    if (owner && (late || isElsewhere(owner))) throw lockedError(path, owner);
    if (owner === null && (found !== null || late)) onDisk(path, () => removeStale(path, found));
    else await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** Returns the owner of a lock; null if there is no lock or its process has ended. */
export function lockOwner(path: string): Owner | null {
  try {
    return livingOwner(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** Waits at most `patience` milliseconds for the owner of a lock to end. Returns an owner that is still alive; else null. */
export async function waitForOwner(path: string, patience = PATIENCE): Promise<Owner | null> {
  for (const deadline = performance.now() + patience; ; ) {
    const owner = lockOwner(path);
    if (owner === null || isElsewhere(owner) || performance.now() > deadline) return owner;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

function lockedError(path: string, owner: Owner): TrainError {
  const { pid, host } = owner;
  return isElsewhere(owner)
    ? new TrainError(
        `${path}: process ${pid} on the computer ${host} is training this run or was killed there. This computer, ${thisOwner().host}, cannot check it`,
        { code: "locked", remedies: [{ act: `delete ${path} if that process has ended` }] },
      )
    : new TrainError(`${path}: process ${pid} is training this run`, {
        code: "locked",
        remedies: [{ act: "wait for it to end" }, { act: "stop it with Ctrl-C" }],
      });
}

/** Releases the lock of a thread of this process that ended without releasing it. */
export function releaseOf(path: string, thread: number): void {
  releaseLock(path, JSON.stringify({ ...thisOwner(), thread }));
}

function releaseLock(path: string, text: string): void {
  try {
    if (readIfThere(path) === text) rmSync(path, { force: true });
  } catch {
    // The lock stays and counts as released when this process ends.
  }
}

function livingOwner(text: string): Owner | null {
  // Any other text is an incomplete write of a killed process.
  const owner = parseOwner(text);
  return owner && existenceOf(owner) !== "dead" ? owner : null;
}

const isElsewhere = (owner: Owner): boolean => existenceOf(owner) === "elsewhere";

/** Returns a temporary name of this thread. The owner of the lock removes the file if this process is killed. */
const draftOf = (path: string): string => `${path}.${process.pid}-${threadId}${UNFINISHED}`;

/** Error codes of file systems without hard links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** Creates the lock atomically. Returns false if there is one. */
function create(path: string, text: string): boolean {
  const draft = draftOf(path);
  try {
    writeFileSync(draft, text);
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    if (syscall !== "link") throw error;
    if (NO_LINKS.includes(code)) return createWithoutLink(path, text);
    // Another process has the lock, and may have removed this draft as left by a killed process.
    if (code === "EEXIST" || code === "ENOENT") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function createWithoutLink(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock whose owner has ended. A lock that another process created in the meantime is restored. */
function removeStale(path: string, text: string | null): void {
  const aside = draftOf(path);
  try {
    renameSync(path, aside);
    const taken = readIfThere(aside);
    if (taken !== null && taken !== text) linkSync(aside, path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
