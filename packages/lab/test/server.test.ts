import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListedRun, Progress, RunDetails, RunList } from "../src/api/types.ts";
import { decodeCurves } from "../src/api/wire.ts";
import { type Lab, startLab } from "../src/lab.ts";
import { createApp } from "../src/server/app.ts";
import { Mailbox } from "../src/server/mailbox.ts";
import { stepLine, temporaryFolder, writeLock, writeRun } from "./support.ts";

const base = temporaryFolder();
const root = join(base, "runs");
const outside = join(base, "outside");
const PORT = 4114;
const TOKEN = "the-token";
const interrupted: number[] = [];
const page = new Map([
  ["/", { bytes: new TextEncoder().encode("<p>page</p>"), type: "text/html; charset=utf-8", isHashed: false }],
]);
const app = createApp({
  ...{ folder: root, page, token: TOKEN, port: () => PORT },
  interrupt: (pid) => interrupted.push(pid),
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request to the handler, as the page does unless its headers differ. */
async function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Response> {
  const length = body === undefined ? {} : { "content-length": String(body.length) };
  const all = { host: `127.0.0.1:${PORT}`, ...length, ...headers };
  return await app.fetch(
    new Request(`http://127.0.0.1:${PORT}${path}`, { method, headers: all, ...(body !== undefined && { body }) }),
  );
}

const jsonOf = async <T>(path: string): Promise<T> => (await (await ask(path)).json()) as T;
const problemOf = async (path: string): Promise<string> => (await jsonOf<{ problem: string }>(path)).problem;

beforeAll(() => {
  writeRun(join(root, "first"));
  writeRun(join(root, "second"), { steps: 60 });
  writeLock(join(root, "second"));
  writeRun(outside);
  mkdirSync(join(root, "cross"), { recursive: true });
  writeFileSync(join(root, "cross", "cross-validation.json"), "{}");
  writeRun(join(root, "cross", "fold-1"));
  symlinkSync(outside, join(root, "escape"));
  writeRun(join(root, "linked"));
  rmSync(join(root, "linked", "metrics.ndjson"));
  symlinkSync(join(outside, "metrics.ndjson"), join(root, "linked", "metrics.ndjson"));
  mkdirSync(join(root, "broken"));
  writeFileSync(join(root, "broken", "run.json"), '{"version":1');
});

describe("requests", () => {
  const JSON_TYPE = { "content-type": "application/json" };
  const FORM = { "content-type": "application/x-www-form-urlencoded" };
  const WRITE = { "x-downhill-token": TOKEN };
  test.each<readonly [name: string, path: string, asked: Asked, status: number]>([
    ["of the page", "/", {}, 200],
    ["by the name localhost", "/api/runs", { headers: { host: `localhost:${PORT}` } }, 200],
    ["of its own origin", "/api/runs", { headers: { origin: `http://127.0.0.1:${PORT}` } }, 200],
    ["with another name (DNS rebinding)", "/", { headers: { host: `evil.example:${PORT}` } }, 403],
    ["with another port", "/", { headers: { host: "127.0.0.1:80" } }, 403],
    ["without a host", "/", { headers: { host: "" } }, 403],
    ["of another origin", "/api/runs", { headers: { origin: "http://evil.example" } }, 403],
    ["of another port's origin", "/api/runs", { headers: { origin: "http://127.0.0.1:80" } }, 403],
    ["of no origin (sandboxed frame)", "/api/runs", { headers: { origin: "null" } }, 403],
    ["of another site", "/api/picture?run=first&index=0", { headers: { "sec-fetch-site": "cross-site" } }, 403],
    ["that write, without the token", "/api/stop?run=second", { method: "POST" }, 403],
    [
      "that write, with another token",
      "/api/stop?run=second",
      { method: "POST", headers: { "x-downhill-token": "other-one" } },
      403,
    ],
    [
      "that write, of another origin",
      "/api/stop?run=second",
      { method: "POST", headers: { ...WRITE, origin: "http://evil.example" } },
      403,
    ],
    ["with the token", "/api/stop?run=second", { method: "POST", headers: WRITE }, 200],
    ["that stop a run that has ended", "/api/stop?run=first", { method: "POST", headers: WRITE }, 404],
    ["with a form", "/api/stop?run=second", { method: "POST", headers: { ...WRITE, ...FORM }, body: "a=1" }, 413],
    ["with JSON", "/api/runs", { method: "POST", headers: { ...WRITE, ...JSON_TYPE }, body: "{}" }, 413],
    ["with other methods", "/api/runs", { method: "DELETE", headers: WRITE }, 405],
    ["of unknown addresses", "/api/unknown", {}, 404],
    ["of files beside the page", "/../package.json", {}, 404],
  ])("%s", async (_, path, asked, status) => {
    interrupted.length = 0;
    const response = await ask(path, asked);
    expect([response.status, interrupted]).toEqual([
      status,
      status === 200 && asked.method === "POST" ? [process.pid] : [],
    ]);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'self';/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  const PATHS = ["/api/run?", "/api/curves?x=step&name=loss&", "/api/picture?index=0&"];
  test.each([
    "..",
    "../outside",
    "first/../../outside",
    "..\\outside",
    "%2e%2e%2foutside",
    "%252e%252e%252foutside",
    "..%5coutside",
    "/etc",
    "%2fetc",
    outside,
    encodeURIComponent(outside),
    "escape",
    "linked",
    "first%00",
    "first/",
    "./first",
    "",
    "unknown",
    "cross/fold-1/checkpoints",
    "C:%5cWindows",
  ])("no file is served for the run '%s'", async (run) => {
    for (const path of PATHS) {
      const response = await ask(`${path}run=${run}`);
      expect(response.status).toBe(404);
      expect(Object.keys((await response.json()) as object)).toEqual(["problem"]);
    }
  });

  test.each([
    "",
    "x=parsec",
    "x=step&points=1e9",
    "x=step&points=1.5",
    "x=step&from=a",
    "x=step&from=2&to=1",
    "x=step&halfLife=-1",
    `x=step${"&name=a".repeat(65)}`,
  ])("curves with the parameters '%s' are refused", async (parameters) => {
    expect((await ask(`/api/curves?run=first&${parameters}`)).status).toBe(400);
  });
});

describe("runs", () => {
  test("are listed with their state; those that cannot be read, and links, state the reason", async () => {
    const { folder, runs } = await jsonOf<RunList>("/api/runs");
    expect(folder).toBe(root);
    const of = (id: string): ListedRun => runs.find((run) => run.id === id) as ListedRun;
    expect(runs.map(({ id }) => id).sort()).toEqual(["broken", "cross/fold-1", "escape", "first", "linked", "second"]);
    expect(of("first")).toMatchObject({ status: "finished", steps: 120, epochs: 3, model: "lenet", lr: 0.1 });
    expect(of("second")).toMatchObject({ status: "running", steps: 60, epochs: 1, problem: null });
    expect(of("broken").problem).toContain("run.json");
    expect([of("escape").problem, of("linked").problem]).toEqual([
      "The run folder is a link out of the folder of runs. The lab does not follow such links.",
      "metrics.ndjson is a link. The lab does not follow links out of a run folder.",
    ]);
  });

  test("have details and curves", async () => {
    const { run, epochs, metrics, result, settings } = await jsonOf<RunDetails>("/api/run?run=cross/fold-1");
    expect(run.id).toBe("cross/fold-1");
    expect(epochs.map(({ steps, samples, part }) => [steps, samples, part])).toEqual([
      [40, 40 * 64 - 32, "test"],
      [80, 2 * (40 * 64 - 32), "test"],
      [120, 3 * (40 * 64 - 32), "test"],
    ]);
    expect(epochs.every(({ time }) => typeof time === "number")).toBe(true);
    expect(metrics.map(({ name }) => name)).toContain("gradientNorm");
    expect([result?.confusion?.length, result?.pictures]).toEqual([10, 0]);
    expect(settings).toMatchObject({ "hyperparameters.momentum": 0.9, "data.name": "fashion-mnist" });
    const response = await ask("/api/curves?run=first&x=step&name=loss&name=lr&points=50");
    const { points, names } = decodeCurves(await response.arrayBuffer());
    expect([points, names]).toEqual([50, ["loss", "lr"]]);
  });

  test("have the pictures of their report", async () => {
    const png = Buffer.from("picture").toString("base64");
    const report = join(root, "first", "report.html");
    writeFileSync(report, `<section id="mistakes"><img src="data:image/png;base64,${png}"></section>`);
    const response = await ask("/api/picture?run=first&index=0");
    expect([response.headers.get("content-type"), await response.text()]).toEqual(["image/png", "picture"]);
    expect((await ask("/api/picture?run=first&index=1")).status).toBe(404);
    expect((await ask("/api/picture?run=first&index=length")).status).toBe(404);
    rmSync(report);
  });

  test("that are damaged or removed while they are open state it, and the lab goes on", async () => {
    const folder = writeRun(join(root, "open"));
    expect((await jsonOf<RunDetails>("/api/run?run=open")).progress.rows).toBe(120);
    writeFileSync(join(folder, "metrics.ndjson"), "\0\0\0garbage\n".repeat(10));
    expect((await jsonOf<RunDetails>("/api/run?run=open")).progress).toMatchObject({
      rows: 0,
      damaged: 10,
      generation: 1,
    });
    writeFileSync(join(folder, "result.json"), "{");
    expect([(await ask("/api/run?run=open")).status, await problemOf("/api/run?run=open")]).toEqual([
      422,
      expect.stringContaining("result.json"),
    ]);
    rmSync(folder, { recursive: true });
    expect(await problemOf("/api/run?run=open")).toBe("The run folder does not exist, or was removed.");
    expect((await jsonOf<RunList>("/api/runs")).runs.map(({ id }) => id)).not.toContain("open");
  });
});

test("a reader that never reads costs one message per key", async () => {
  const mailbox = new Mailbox();
  for (let i = 0; i < 1000; i++) for (const key of ["a", "b"]) mailbox.put(key, `${key}${i}`);
  expect(mailbox.size).toBe(2);
  expect([await mailbox.take(), await mailbox.take()]).toEqual(["a999", "b999"]);
  mailbox.close();
  expect(await mailbox.take()).toBeNull();
});

describe("a lab at a port", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ folder: root, port: 0, run: "first" });
  });
  afterAll(async () => await lab.close());

  /** Reads the events of a run until one fulfills a condition. */
  async function eventOf(port: number, run: string, isWanted: (progress: Progress) => boolean): Promise<Progress> {
    const stop = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/api/events?run=${run}`, { signal: stop.signal });
    let text = "";
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += new TextDecoder().decode(chunk);
        for (const [, data = ""] of text.matchAll(/event: run\ndata: (.*)\n\n/g)) {
          const progress = JSON.parse(data) as Progress;
          if (isWanted(progress)) return progress;
        }
      }
    } finally {
      stop.abort();
    }
    throw new Error(`the stream ended: ${text}`);
  }

  const open = async (port: number): Promise<Socket> =>
    await new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(socket));
      socket.on("error", reject);
    });

  test("has an address with a token, takes no other one's port, and is on the loopback only", async () => {
    expect(lab.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${lab.port}/\\?run=first#token=[\\w-]{32}$`));
    await expect(startLab({ folder: root, port: lab.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    const socket = connect(lab.port, "127.0.0.2");
    const outcome = await new Promise((resolve) => {
      socket.on("connect", () => resolve("connected")).on("error", () => resolve("refused"));
    });
    socket.destroy();
    expect(outcome).toBe("refused");
  });

  test("reports new steps of a running run", async () => {
    const metrics = join(root, "second", "metrics.ndjson");
    const known = await eventOf(lab.port, "second", ({ rows }) => rows >= 60);
    const next = eventOf(lab.port, "second", ({ rows }) => rows > known.rows);
    appendFileSync(metrics, stepLine(60, 0.5));
    expect((await next).rows).toBe(61);
  });

  test("serves others while clients never read, a thousand connections are open, and one sends a body without end", async () => {
    const sockets = await Promise.all(Array.from({ length: 1000 }, async () => await open(lab.port)));
    const head = `Host: 127.0.0.1:${lab.port}\r\n`;
    for (const socket of sockets.slice(0, 500)) {
      socket.pause();
      socket.write(`GET /api/events?run=second HTTP/1.1\r\n${head}\r\n`);
    }
    const endless = sockets.at(-1) as Socket;
    endless.on("error", () => {});
    endless.write(`POST /api/stop?run=second HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`);
    for (let i = 0; i < 50; i++) endless.write(`10000\r\n${"x".repeat(0x10000)}\r\n`);
    appendFileSync(join(root, "second", "metrics.ndjson"), stepLine(61, 0.5));
    expect((await eventOf(lab.port, "second", ({ rows }) => rows > 61)).rows).toBe(62);
    expect((await fetch(`http://127.0.0.1:${lab.port}/api/runs`)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test("that starts again at its port sends the whole state, with the steps in between", async () => {
    const { port } = lab;
    await lab.close();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    appendFileSync(join(root, "second", "metrics.ndjson"), stepLine(62, 0.5));
    lab = await startLab({ folder: root, port });
    expect((await eventOf(port, "second", () => true)).rows).toBe(63);
    renameSync(join(root, "second"), join(base, "moved"));
    expect((await eventOf(port, "second", ({ problem }) => problem !== null)).problem).toBe(
      "The run folder does not exist, or was removed.",
    );
  });
});
