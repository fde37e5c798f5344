import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { lock, lockOwner, releaseOf } from "../src/run-folder/lock/lock.ts";
import { thisOwner } from "../src/run-folder/lock/owner.ts";

const root = mkdtempSync(join(tmpdir(), "downhill-lock-"));
const processes: ChildProcess[] = [];
afterAll(() => {
  for (const child of processes) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(root, "run-")), "lock.json");
});
afterEach(() => expect(readdirSync(join(path, "..")).filter((name) => name !== "lock.json")).toEqual([]));

const IMPATIENT = 20;
const linux = process.platform === "linux";

/** When a process was started, as locks have it. */
const startOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ")[19] as string;

/** The output of a process that goes on until the tests are done. */
function firstLine(command: string, ...args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  processes.push(child);
  return new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data).trim())));
}

/** The number of a process that has ended, and whose parent does not notice. */
const zombie = async (): Promise<number> => {
  const pid = Number(await firstLine("sh", "-c", "sh -c 'exit 0' & echo $!; exec sleep 600"));
  while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) await new Promise((go) => setTimeout(go, 10));
  return pid;
};

const living = async (): Promise<number> => Number(await firstLine("sh", "-c", "echo $$; exec sleep 600"));
/** Starts a live process that looks like a run, for locks of older versions, which contain only the PID. */
const livingNode = async (): Promise<number> =>
  Number(await firstLine(process.execPath, "-e", "console.log(process.pid); setTimeout(() => {}, 600_000)"));

const mine = (): object => ({ ...thisOwner() });

describe("a lock that blocks nobody", () => {
  const rows: readonly (readonly [string, () => unknown])[] = [
    ["none at all", () => undefined],
    ["cut short by a kill", () => '{"pid":'],
    ["empty", () => ""],
    ["null", () => null],
    ["a list", () => [1]],
    ["a number that is none", () => ({ pid: "1" })],
    ["a host that is none", () => ({ ...mine(), host: 5 })],
    ["a process that has ended", () => ({ ...mine(), pid: 2 ** 22 + 1 })],
    ["an older version's, of a process that has ended", () => ({ pid: 2 ** 22 + 1 })],
    ...(linux
      ? ([
          ["the first process, which has another start", () => ({ ...mine(), pid: 1, started: "123456789" })],
          ["this process's number, before it was this process", () => ({ ...mine(), started: "1" })],
          ["before the computer was started", () => ({ ...mine(), boot: "another" })],
          [
            "a living process of the same number",
            async () => {
              const pid = await living();
              return { ...mine(), pid, started: String(Number(startOf(pid)) - 1) };
            },
          ],
          [
            "a zombie",
            async () => {
              const pid = await zombie();
              return { ...mine(), pid, started: startOf(pid) };
            },
          ],
          ["an older version's, of a zombie", async () => ({ pid: await zombie() })],
          ["an older version's, of a process that is no run", async () => ({ pid: await living() })],
        ] as const)
      : []),
  ];
  test.each(rows)("%s", async (_, contents) => {
    const content = await contents();
    if (content !== undefined) writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    expect(lockOwner(path)).toBeNull();
    const unlock = await lock(path, IMPATIENT);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(mine());
    unlock();
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  test("a link to nowhere", async () => {
    symlinkSync(join(root, "nowhere"), path);
    (await lock(path, IMPATIENT))();
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });
});

describe("a lock that blocks", () => {
  test("of another computer, at once, because its process cannot be checked", async () => {
    writeFileSync(path, JSON.stringify({ ...mine(), host: "elsewhere" }));
    await expect(lock(path, 3_600_000)).rejects.toThrow(
      `process ${process.pid} on the computer elsewhere is training this run or was killed there. This computer, ${hostname()}, cannot check it. Delete ${path} if that process has ended.`,
    );
    rmSync(path);
    (await lock(path, IMPATIENT))();
  });

  test.skipIf(!linux)("of a living process, until it ends", async () => {
    const pid = await living();
    writeFileSync(path, JSON.stringify({ ...mine(), pid, started: startOf(pid) }));
    await expect(lock(path, IMPATIENT)).rejects.toThrow(
      `process ${pid} is training this run. Wait for it to end, or stop it with Ctrl-C.`,
    );
    expect(lockOwner(path)).toMatchObject({ pid });
    const waiting = lock(path, 60_000);
    setTimeout(() => process.kill(pid, "SIGKILL"), 100);
    (await waiting)();
  });

  test("of an older version, of a living process that may be a run", async () => {
    const pid = await livingNode();
    writeFileSync(path, JSON.stringify({ pid }));
    await expect(lock(path, IMPATIENT)).rejects.toThrow(`process ${pid} is training this run`);
  });

  test("of this process too, until the thread that has it releases it or ends", async () => {
    const unlock = await lock(path, IMPATIENT);
    await expect(lock(path, IMPATIENT)).rejects.toThrow(`process ${process.pid} is training this run`);
    releaseOf(path, (thisOwner().thread as number) + 1);
    expect(lockOwner(path)).toEqual(mine());
    releaseOf(path, thisOwner().thread as number);
    (await lock(path, IMPATIENT))();
    unlock();
  });
});

test("of many processes that find a dead lock at once, one has it", async () => {
  writeFileSync(path, JSON.stringify({ ...mine(), pid: 2 ** 22 + 1 }));
  const module = fileURLToPath(new URL("../dist/run-folder/lock/lock.js", import.meta.url));
  const go = join(root, "go");
  const script = `
    const { lock } = await import(${JSON.stringify(module)});
    const { existsSync } = await import("node:fs");
    while (!existsSync(${JSON.stringify(go)}));
    console.log(await lock(${JSON.stringify(path)}, 0).then(() => "mine", () => "refused"));
    setTimeout(() => {}, 600_000);`;
  const outcomes = Array.from({ length: 4 }, () => firstLine(process.execPath, "--input-type=module", "-e", script));
  setTimeout(() => writeFileSync(go, ""), 1000);
  expect((await Promise.all(outcomes)).sort()).toEqual(["mine", "refused", "refused", "refused"]);
}, 180_000);
