import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import { z } from "zod";

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string().optional(),
  /** Identifies the time since the computer was started; null where the system has no such thing. */
  boot: z.string().nullish(),
  /** When the process was started, in units of the system; null where the system does not say (Windows). */
  started: z.string().nullish(),
  /** Of the process's threads, the one that does the work. */
  thread: z.number().int().optional(),
});

/**
 * A process, told apart from every other one, including later ones of the same number. Files of older versions have the
 * number alone.
 */
export type Owner = Readonly<z.infer<typeof ownerSchema>>;

/** Whether a process still exists: on another computer that cannot be known. */
export type Existence = "alive" | "dead" | "elsewhere";

let self: Owner | undefined;

/** This thread of this process. */
export function thisOwner(): Owner {
  const { pid } = process;
  self ??= { pid, host: hostname(), boot: bootId(), started: stateOf(pid)?.started ?? null, thread: threadId };
  return self;
}

/** Whether an owner is a thread of this process. */
export function isThisProcess({ pid, host, boot, started }: Owner): boolean {
  const here = thisOwner();
  return pid === here.pid && host === here.host && boot === here.boot && started === here.started;
}

/** The owner that a text describes; null where it describes none. */
export function parseOwner(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether the process that an owner describes exists. A zombie does not: it only waits for its parent to notice. */
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

/** What the system says of a process; null where there is none, or the system does not say. */
function stateOf(pid: number): { readonly isZombie: boolean; readonly started: string } | null {
  if (process.platform === "linux") {
    const text = readText(`/proc/${pid}/stat`);
    if (text === null) return null;
    // The name is in parentheses, and may have spaces and parentheses in it: proc_pid_stat(5).
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
    // It exists, and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a process, of which no more than its number is known, may be one of this program. */
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
