import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fetchFile } from "../src/fetch/fetch-file.ts";
import { fetchOfficial } from "../src/fetch/fetch-official.ts";
import { unpackTar } from "../src/fetch/unpack-tar.ts";
import { builtIns, DataError, fetchDataSet, openDataSet } from "../src/index.ts";
import { bytes, folderWith, idxFiles, newFolder } from "./temporary.ts";

const FILE = Buffer.from(bytes(100_000));
const SHA256 = createHash("sha256").update(FILE).digest("hex");

/** The behavior of the server for each request; the last one repeats. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answers: Answer[] = [];
const ranges: (string | undefined)[] = [];
const server = createServer((request, response) => {
  ranges.push(request.headers.range);
  (answers.length > 1 ? (answers.shift() as Answer) : (answers[0] as Answer))(request, response);
});
let base = "";

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.close());
beforeEach(() => {
  ranges.length = 0;
});

const startOf = ({ headers }: IncomingMessage): number => Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);

/** Serves ranges, as it should. */
const good: Answer = (request, response) => {
  const start = startOf(request);
  if (start >= FILE.length) return void response.writeHead(416, { "content-range": `bytes */${FILE.length}` }).end();
  const range = { "content-range": `bytes ${start}-${FILE.length - 1}/${FILE.length}` };
  response.writeHead(start > 0 ? 206 : 200, { "content-length": FILE.length - start, ...(start > 0 ? range : {}) });
  response.end(FILE.subarray(start));
};

/** Breaks off after some bytes of the rest. */
const breaksOff =
  (count: number): Answer =>
  (request, response) => {
    const start = startOf(request);
    const range = { "content-range": `bytes ${start}-${FILE.length - 1}/${FILE.length}` };
    response.writeHead(start > 0 ? 206 : 200, { "content-length": FILE.length - start, ...(start > 0 ? range : {}) });
    response.write(FILE.subarray(start, start + count), () => response.destroy());
  };

const ignoresRange: Answer = (_, response) => void response.writeHead(200, { "content-length": FILE.length }).end(FILE);
const status =
  (code: number): Answer =>
  (_, response) =>
    void response.writeHead(code).end("no");
const hangsUp: Answer = (request) => void request.socket.destroy();

const fetchTo = (folder: string, onBytes?: (done: number, total: number) => void) =>
  fetchFile({
    url: `${base}data.bin`,
    sha256: SHA256,
    path: join(folder, "data.bin"),
    pause: 1,
    ...(onBytes ? { onBytes } : {}),
  });

describe("a file", () => {
  const CASES: Record<string, { answers: Answer[]; ranges: (string | undefined)[]; part?: Buffer }> = {
    "is downloaded at once": { answers: [good], ranges: [undefined] },
    "is resumed, repeatedly": {
      answers: [breaksOff(30_000), breaksOff(20_000), breaksOff(10_000), good],
      ranges: [undefined, "bytes=30000-", "bytes=50000-", "bytes=60000-"],
    },
    "is downloaded from the start if the server ignores ranges": {
      answers: [breaksOff(30_000), ignoresRange],
      ranges: [undefined, "bytes=30000-"],
    },
    "is requested again after errors of the server": {
      answers: [status(503), hangsUp, status(429), good],
      ranges: [undefined, undefined, undefined, undefined],
    },
    "is resumed from the partial file of an earlier process": {
      answers: [good],
      part: FILE.subarray(0, 7),
      ranges: ["bytes=7-"],
    },
    "is already complete": { answers: [good], part: FILE, ranges: [`bytes=${FILE.length}-`] },
    "is downloaded again if the partial file is another": {
      answers: [good],
      part: Buffer.alloc(500, 1),
      ranges: ["bytes=500-", undefined],
    },
    "is downloaded again if the partial file is longer": {
      answers: [good],
      part: Buffer.alloc(FILE.length + 5),
      ranges: [`bytes=${FILE.length + 5}-`, undefined],
    },
    "is at another address": {
      answers: [(_, response) => void response.writeHead(302, { location: "/moved/data.bin" }).end(), good],
      ranges: [undefined, undefined],
    },
    "stays compressed if it is a compressed file": {
      answers: [(_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(FILE)],
      ranges: [undefined],
    },
  };

  test.each(Object.entries(CASES))("%s", async (_, { answers: given, part, ranges: expected }) => {
    answers = [...given];
    const folder = folderWith(part ? { "data.bin.part": part } : {});
    await fetchTo(folder);
    expect(readFileSync(join(folder, "data.bin")).equals(FILE)).toBe(true);
    expect(readdirSync(folder)).toEqual(["data.bin"]);
    expect(ranges).toEqual(expected);
  });

  test("that exists is not downloaded", async () => {
    answers = [status(500)];
    await fetchTo(folderWith({ "data.bin": FILE }));
    expect(ranges).toEqual([]);
  });

  test("reports its progress", async () => {
    answers = [breaksOff(30_000), good];
    const seen: [number, number][] = [];
    await fetchTo(newFolder(), (done, total) => seen.push([done, total]));
    expect(seen.at(-1)).toEqual([FILE.length, FILE.length]);
    expect(seen.map(([done]) => done)).toEqual(seen.map(([done]) => done).sort((a, b) => a - b));
    expect(seen.every(([, total]) => total === FILE.length)).toBe(true);
  });

  const wrong: Answer = (_, response) => void response.end(Buffer.alloc(1000, 3));
  test.each<[string, Answer[], string, string[]]>([
    ["wrong bytes are refused and removed", [wrong], `Expected ${SHA256}. The file was removed`, []],
    ["a missing file", [status(404)], "the download failed (the server answers 404 Not Found)", []],
    ["a server that always fails", [status(500)], "the download failed (the server answers 500", []],
    [
      "a server that hangs up",
      [hangsUp],
      "the download failed (socket hang up). Try again later: it will be resumed.",
      [],
    ],
    ["a server that stops half way", [breaksOff(5000), hangsUp], "it will be resumed", ["data.bin.part"]],
    [
      "a circle of redirects",
      [(_, response) => void response.writeHead(302, { location: "/" }).end()],
      "too many redirects",
      [],
    ],
  ])("%s", async (_, given, message, left) => {
    answers = given;
    const folder = newFolder();
    const fetching = fetchTo(folder);
    await expect(fetching).rejects.toThrow(DataError);
    await expect(fetching).rejects.toThrow(message);
    await expect(fetching).rejects.toThrow(`${base}data.bin`);
    expect(readdirSync(folder)).toEqual(left);
  });

  test("that cannot be written fails at once", async () => {
    answers = [good];
    const folder = join(newFolder(), "none");
    await expect(fetchTo(folder)).rejects.toThrow(`${join(folder, "data.bin.part")}: it cannot be written (ENOENT`);
  });
});

/** Creates a tar archive of files; null is a directory. */
function tar(files: Readonly<Record<string, Uint8Array | null>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(`${(content?.length ?? 0).toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write(content ? "0" : "5", 156);
    header.write("ustar\0", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const padding = Buffer.alloc((512 - ((content?.length ?? 0) % 512)) % 512);
    return [header, content ?? Buffer.alloc(0), padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe("archives", () => {
  const archive = tar({
    "set/": null,
    "set/a.bin": bytes(1300),
    "../../b.bin": bytes(512, 2),
    "set/readme.html": bytes(9),
  });

  test.each([
    ["plain", archive],
    ["gzip", gzipSync(archive)],
  ])("yield the wanted files, only into the folder: %s", async (_, content) => {
    const folder = folderWith({ "x.tar": content });
    const target = newFolder();
    await unpackTar(join(folder, "x.tar"), /\.bin$/, target);
    expect(readdirSync(target).sort()).toEqual(["a.bin", "b.bin"]);
    expect(readFileSync(join(target, "a.bin")).equals(Buffer.from(bytes(1300)))).toBe(true);
    expect(readFileSync(join(target, "b.bin")).equals(Buffer.from(bytes(512, 2)))).toBe(true);
  });

  test.each([
    ["truncated", archive.subarray(0, 1200), "the archive is truncated"],
    ["another file", Buffer.from(bytes(2000)), "it is not a tar archive, or it is damaged"],
  ])("%s", async (_, content, message) => {
    const folder = folderWith({ "x.tar": content });
    await expect(unpackTar(join(folder, "x.tar"), /\.bin$/, newFolder())).rejects.toThrow(message);
  });
});

describe("data sets by name", () => {
  test("have pinned hashes and official sources", () => {
    for (const { from } of Object.values(builtIns)) {
      if (!from) continue;
      expect(from.base).toMatch(/^https:\/\/.*\/$/);
      for (const { sha256 } of from.files) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test("files of a mirror must be identical", async () => {
    answers = [good];
    const folder = newFolder();
    const fetching = fetchDataSet("mnist", { folder, base, pause: 1 });
    await expect(fetching).rejects.toThrow(
      /SHA-256 .* Expected 440fcabf.* Or set DOWNHILL_DATA to a folder that contains mnist/,
    );
    // Nothing that looks like the data set is left.
    expect(existsSync(join(folder, "mnist"))).toBe(false);
  });

  test("the download of an archive is resumed, checked, unpacked and removed, and then its folder gets its name", async () => {
    const packed = gzipSync(tar({ "set/a.bin": bytes(700), "set/readme.html": bytes(9) }));
    answers = [(_, response) => void response.end(packed)];
    const home = join(newFolder(), "set");
    mkdirSync(`${home}.part`);
    writeFileSync(join(`${home}.part`, "labels.gz"), FILE);
    const hash = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");
    const files = [
      { name: "labels.gz", sha256: SHA256 },
      { name: "set.tar.gz", sha256: hash(packed), unpack: /\.bin$/ },
    ];
    const seen: string[] = [];
    await fetchOfficial({ base, files }, home, { pause: 1, onProgress: ({ what }) => seen.push(what) });
    expect(readdirSync(home).sort()).toEqual(["a.bin", "labels.gz"]);
    expect(existsSync(`${home}.part`)).toBe(false);
    expect(new Set(seen)).toEqual(new Set(["downloading set.tar.gz"]));
  });

  test("downloaded ones are not downloaded again", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "cifar10"));
    expect(await fetchDataSet("cifar10", { folder, base: "http://127.0.0.1:1/" })).toBe(join(folder, "cifar10"));
  });

  test.each([
    ["cifar", "fetch: unknown data set 'cifar': did you mean 'cifar10'?"],
    ["sample", "fetch: 'sample' is part of Downhill. It needs no download."],
  ])("%s cannot be downloaded", async (name, message) => {
    await expect(fetchDataSet(name)).rejects.toThrow(message);
  });

  test("sample is part of the package", async () => {
    const data = await openDataSet("sample");
    expect(data).toMatchObject({ name: "sample", source: "sample", kind: "idx", imageShape: [1, 28, 28] });
    expect(data.classNames).toEqual(builtIns["fashion-mnist"]?.classNames);
    expect(data.report.counts).toEqual([
      { part: "train", total: 10_000, perClass: new Array(10).fill(1000) },
      { part: "test", total: 2000, perClass: new Array(10).fill(200) },
    ]);
    expect(data.report.findings).toEqual([]);
    // Of the whole set: 0.2860 and 0.3530.
    expect(data.normalization.mean[0]).toBeCloseTo(0.286, 2);
    expect(data.normalization.std[0]).toBeCloseTo(0.353, 2);
    expect(data.fingerprint).toBe("b7f92182dba2f980a634de486138bf7f09165f78fcf1799718b94e66be21d0c7");
  });

  test("others are found in DOWNHILL_DATA, with their class names", async () => {
    const home = newFolder();
    mkdirSync(join(home, "fashion-mnist"));
    for (const [name, content] of Object.entries(idxFiles())) writeFileSync(join(home, "fashion-mnist", name), content);
    process.env.DOWNHILL_DATA = home;
    try {
      const { name, source, classNames } = await openDataSet("fashion-mnist");
      expect([name, source, classNames[9]]).toEqual(["fashion-mnist", "fashion-mnist", "Ankle boot"]);
      mkdirSync(join(home, "cifar10"));
      await expect(openDataSet("cifar10")).rejects.toThrow(
        `${join(home, "cifar10")}: the files of CIFAR-10 are missing. Expected those of cifar-10-binary.tar.gz`,
      );
    } finally {
      delete process.env.DOWNHILL_DATA;
    }
  });

  test.each([
    [
      "fashion-minst",
      "there is no such folder or file and no built-in data set with that name: did you mean 'fashion-mnist'?",
    ],
    ["no/such/folder", "/no/such/folder: there is no such folder"],
    [import.meta.filename, "this is a file that cannot be read as a data set"],
  ])("%s is neither a folder nor a name", async (source, message) => {
    await expect(openDataSet(source)).rejects.toThrow(DataError);
    await expect(openDataSet(source)).rejects.toThrow(message);
  });
});
