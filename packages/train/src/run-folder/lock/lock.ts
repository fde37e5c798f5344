import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { TrainError } from "../../error.ts";
import { UNFINISHED } from "../../files/atomic.ts";
import { onDisk } from "../../files/on-disk.ts";
import { existenceOf, type Owner, parseOwner, thisOwner } from "./owner.ts";

/** Milliseconds to wait for a living owner: one that was just killed takes a moment to end. */
const PATIENCE = 2000;
/** Milliseconds between looks at its lock. */
const POLL = 50;

/**
 * Locks a run folder for this thread. The lock of a process that has ended is taken over.
 * @param patience milliseconds to wait for an owner that is alive
 * @returns releases the lock
 * @throws TrainError where another process or thread that is alive holds it, or one on another computer
 */
export async function lock(path: string, patience = PATIENCE): Promise<() => void> {
  const mine = JSON.stringify(thisOwner());
  for (const deadline = performance.now() + patience; ; ) {
    if (onDisk(path, () => create(path, mine))) return () => releaseLock(path, mine);
    const found = onDisk(path, () => readIfThere(path));
    const owner = found === null ? null : livingOwner(found);
    const late = performance.now() > deadline;
    if (owner && (late || isElsewhere(owner))) throw new TrainError(refusal(path, owner));
    if (owner === null && (found !== null || late)) onDisk(path, () => takeAway(path, found));
    else await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** The owner of a folder's lock; null where there is no lock, or its process has ended. */
export function lockOwner(path: string): Owner | null {
  try {
    return livingOwner(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** Waits for the owner of a folder's lock to end, at most so many milliseconds. Returns the owner that has not. */
export async function waitForOwner(path: string, patience = PATIENCE): Promise<Owner | null> {
  for (const deadline = performance.now() + patience; ; ) {
    const owner = lockOwner(path);
    if (owner === null || isElsewhere(owner) || performance.now() > deadline) return owner;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** Explains why a folder whose lock has this owner cannot be used. */
function refusal(path: string, owner: Owner): string {
  const { pid, host } = owner;
  if (!isElsewhere(owner)) return `${path}: process ${pid} is training this run: wait for it, or stop it with Ctrl-C`;
  return `${path}: process ${pid} on the computer ${host} trains this run, or was killed there; this computer is ${thisOwner().host} and cannot tell. If that process has ended, delete ${path} and try again`;
}

/** Releases the lock of a thread of this process that has ended without doing so. */
export function releaseOf(path: string, thread: number): void {
  releaseLock(path, JSON.stringify({ ...thisOwner(), thread }));
}

function releaseLock(path: string, text: string): void {
  try {
    if (readIfThere(path) === text) rmSync(path, { force: true });
  } catch {
    // It stays, and counts as released when this process has ended.
  }
}

function livingOwner(text: string): Owner | null {
  // What is no owner was left half-written by a kill.
  const owner = parseOwner(text);
  return owner && existenceOf(owner) !== "dead" ? owner : null;
}

const isElsewhere = (owner: Owner): boolean => existenceOf(owner) === "elsewhere";

/** A name of this thread's own; whoever holds the lock removes what a kill leaves of it. */
const draftOf = (path: string): string => `${path}.${process.pid}-${threadId}${UNFINISHED}`;

/** Errors of file systems without hard links. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** Writes the lock as a whole, where there is none; false where there is one. */
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
    // Another process has the lock, and may have removed this one's draft as what a kill left.
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

/** Removes a lock whose owner has ended; one that another process has put in its place meanwhile is put back. */
function takeAway(path: string, text: string | null): void {
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
