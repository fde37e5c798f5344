import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import { z } from "zod";

/**
 * Identity of a process that distinguishes it from all others, including later ones with the same PID. Files of older
 * versions have only the PID.
 */
export interface Owner {
  readonly pid: number;
  readonly host?: string | undefined;
  /** Boot ID of the computer; null if the system has none. */
  readonly boot?: string | null | undefined;
  /** Start time of the process in units of the system; null if unknown (Windows). */
  readonly started?: string | null | undefined;
  /** Thread that trains the run. */
  readonly thread?: number | undefined;
}

const ownerSchema: z.ZodType<Owner> = z.object({
  pid: z.number().int().positive(),
  host: z.string().optional(),
  boot: z.string().nullish(),
  started: z.string().nullish(),
  thread: z.number().int().optional(),
});

/** Existence of a process; unknown for a process "elsewhere", on another computer. */
export type Existence = "alive" | "dead" | "elsewhere";

let self: Owner | undefined;

/** Returns the identity of this process and thread. */
export function thisOwner(): Owner {
  const { pid } = process;
  self ??= { pid, host: hostname(), boot: bootId(), started: stateOf(pid)?.started ?? null, thread: threadId };
  return self;
}

/** Returns true if an owner is a thread of this process. */
export function isThisProcess({ pid, host, boot, started }: Owner): boolean {
  const here = thisOwner();
  return pid === here.pid && host === here.host && boot === here.boot && started === here.started;
}

/** Parses an owner; null if the text is invalid. */
export function parseOwner(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Returns the existence of an owner. A zombie counts as dead. */
export function existenceOf({ pid, host, boot, started }: Owner): Existence {
  const here = thisOwner();
  if (host !== undefined && host !== here.host) return "elsewhere";
  if (boot && here.boot && boot !== here.boot) return "dead";
  const state = stateOf(pid);
  if (state === null) return answersSignals(pid) ? "alive" : "dead";
  if (state.isZombie) return "dead";
  if (started) return started === state.started ? "alive" : "dead";
  return host === undefined && !looksLikeOurs(pid) ? "dead" : "alive";
}

function bootId(): string | null {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? null;
}

/** Returns the state of a process; null if there is none or the system has no such information. */
function stateOf(pid: number): { readonly isZombie: boolean; readonly started: string } | null {
  if (process.platform === "linux") {
    const text = readText(`/proc/${pid}/stat`);
    if (text === null) return null;
    // The name is in parentheses and may itself contain spaces and parentheses: proc_pid_stat(5).
    const [state, ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { isZombie: /^[ZXx]$/.test(state as string), started: fields[18] as string };
  }
  if (process.platform === "win32") return null;
  const { stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
  });
  const [, state, started] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout ?? "") ?? [];
  return started === undefined ? null : { isZombie: (state as string).startsWith("Z"), started };
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Returns true if a process, of which only the PID is known, may belong to this program. */
function looksLikeOurs(pid: number): boolean {
  const command = readText(`/proc/${pid}/cmdline`);
  return command === null || /node|downhill/i.test(command);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
