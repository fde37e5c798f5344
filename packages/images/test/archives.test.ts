import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { beforeAll, describe, expect, test } from "vitest";
import yazl from "yazl";
import { checkRatio } from "../src/files/archive/limits.ts";
import { isShard } from "../src/files/archive/shard.ts";
import type { Files } from "../src/files/files.ts";
import { openFiles } from "../src/files/open-files.ts";
import { DataError, type DataOptions, type DataSet, openDataSet } from "../src/index.ts";
import { bytes, folderWith, idxFiles, newFolder } from "./temporary.ts";

const fixture = (path: string): string => fileURLToPath(new URL(`./fixtures/archives/${path}`, import.meta.url));

/** All tests share decoded images. */
let cache = "";
let expected = "";
const open = (path: string, options: DataOptions = {}): Promise<DataSet> => openDataSet(path, { cache, ...options });

beforeAll(async () => {
  cache = newFolder();
  expected = (await open(fixture("photos"))).fingerprint;
});

/** Writes a file into a new folder. */
const fileWith = (name: string, content: Uint8Array): string => join(folderWith({ [name]: content }), name);

type Entries = readonly (readonly [header: Parameters<ReturnType<typeof pack>["entry"]>[0], content?: Uint8Array])[];

async function concat(pieces: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(all);
}

/** A tar archive of entries. */
async function tarOf(entries: Entries): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry(header, Buffer.from(content ?? ""));
  archive.finalize();
  return concat(archive);
}

const photo = (path: string): Buffer => readFileSync(fixture(`photos/${path}`));
const notesOf = (data: DataSet): string => String(data.report);

describe("an archive has the images and labels of its folder", () => {
  test.each([
    "info-zip.zip",
    "python-stored.zip",
    "python-deflated.zip",
    "python-zip64.zip",
    "dos-names.zip",
    "macos-names.zip",
    "python-pax.tar",
    "python-gnu.tar",
    "tar-v7.tar",
    "tar.tar.gz",
    "zstd.tar.zst",
  ])("%s", async (name) => {
    const data = await open(fixture(name));
    expect(data).toMatchObject({ name, source: fixture(name), kind: "folder", fingerprint: expected });
  });

  test("recognized by its contents, whatever its name", async () => {
    const zip = fileWith("photos.data", readFileSync(fixture("info-zip.zip")));
    expect((await open(zip)).fingerprint).toBe(expected);
    const tar = fileWith("photos.zip", readFileSync(fixture("tar.tar.gz")));
    expect((await open(tar)).fingerprint).toBe(expected);
  });

  test("unpacked to the cache folder beyond the memory limit, where nothing is left", async () => {
    const own = newFolder();
    const data = await open(fixture("tar.tar.gz"), { cache: own, memoryLimit: 100 });
    expect(data.fingerprint).toBe(expected);
    expect(readdirSync(own).filter((name) => !name.endsWith(".images"))).toEqual([]);
    const packed = readFileSync(fixture("tar.tar.gz"));
    const cut = fileWith("cut.tar.gz", packed.subarray(0, packed.length - 100));
    await expect(open(cut, { cache: own, memoryLimit: 100 })).rejects.toThrow("its gzip data are truncated");
    expect(readdirSync(own).filter((name) => !name.endsWith(".images"))).toEqual([]);
  });

  test("with progress, until it is aborted", async () => {
    const seen: [string, boolean][] = [];
    const path = fixture("tar.tar.gz");
    await openDataSet(path, { cache }, ({ what, done, total }) => seen.push([what, done === total]));
    expect(seen[0]).toEqual(["unpacking tar.tar.gz", true]);
    for (const name of ["tar.tar.gz", "info-zip.zip"]) {
      await expect(open(fixture(name), { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    }
  });

  test("of arrays of pixels", async () => {
    const files = idxFiles();
    const { fingerprint } = await open(folderWith(files));
    const tar = await tarOf(Object.entries(files).map(([name, content]) => [{ name: `mnist/${name}` }, content]));
    const archive = await open(fileWith("mnist.tar.gz", gzipSync(tar)));
    expect([archive.kind, archive.fingerprint]).toEqual(["idx", fingerprint]);
  });
});

describe("archives in a folder", () => {
  test("are folders named like them, without the suffix of Teachable Machine", async () => {
    const folder = newFolder();
    for (const name of ["cats-samples.zip", "dogs-samples.zip"]) cpSync(fixture(name), join(folder, name));
    writeFileSync(join(folder, "read me.txt"), "Exported today.");
    const data = await open(folder);
    expect(data.classNames).toEqual(["cats", "dogs"]);
    expect(notesOf(data)).toContain("These archives are read as folders: cats-samples.zip, dogs-samples.zip.");
  });

  test("do not repeat their name in paths", async () => {
    const folder = newFolder();
    for (const part of ["train", "test"]) {
      const names = ["cats/0.png", "dogs/0.png", "cats/1.png", "dogs/1.png"];
      const tar = await tarOf(names.map((name) => [{ name: `${part}/${name}` }, photo(name)]));
      writeFileSync(join(folder, `${part}.tar`), tar);
    }
    const data = await open(folder);
    expect(data.reading).toBe("train part from train, test part from test");
    expect([data.train.length, data.test?.length]).toEqual([4, 4]);
  });

  test("have their labels in a table beside them", async () => {
    const labeled = ["cats", "dogs"].flatMap((name) => [0, 1, 2].map((i) => [`${name}-${i}.png`, name, i] as const));
    const table = ["image,label", ...labeled.map(([file, name]) => `${file},${name}`)].join("\n");
    const tar = await tarOf(labeled.map(([file, name, i]) => [{ name: `train/${file}` }, photo(`${name}/${i}.png`)]));
    const data = await open(folderWith({ "labels.csv": table, "train.tar": tar }), { validationShare: 0 });
    expect(data).toMatchObject({ kind: "table", classNames: ["cats", "dogs"] });
    expect(data.report.counts[0]?.perClass).toEqual([3, 3]);
  });

  test("are ignored beside images", async () => {
    const folder = newFolder();
    cpSync(fixture("photos"), folder, { recursive: true });
    writeFileSync(join(folder, "photos.zip"), "not an archive");
    expect((await open(folder)).fingerprint).toBe(expected);
  });

  test("are not read within an archive", async () => {
    const tar = await tarOf([[{ name: "train.zip" }, readFileSync(fixture("info-zip.zip"))], [{ name: "labels.txt" }]]);
    await expect(open(fileWith("competition.tar", tar))).rejects.toThrow(
      "competition.tar: it has no images, but 1 archive: train.zip. Archives within an archive are not read. Unpack it, and use the folder.",
    );
  });
});

describe("entries", () => {
  test.each([
    ["links.zip", 2],
    ["links.tar", 3],
  ])("that link to files of the archive are those files; others are left out: %s", async (name, count) => {
    const data = await open(fixture(name), { validationShare: 0 });
    expect(data.report.counts[0]?.perClass).toEqual([4, count]);
    expect(notesOf(data)).toContain(
      `In ${name}, 4 links that lead to no file of it are left out: dogs/2.png, dogs/3.png, dogs/4.png, dogs/5.png.`,
    );
  });

  test("of one path: the last one is used", async () => {
    const tar = await tarOf([
      [{ name: "cats/0.png" }, photo("dogs/0.png")],
      [{ name: "dogs/0.png" }, photo("dogs/0.png")],
      [{ name: "./cats//0.png" }, photo("cats/0.png")],
      [{ name: "dogs/pipe", type: "fifo" }],
    ]);
    const data = await open(fileWith("twice.tar", tar), { validationShare: 0 });
    const [first, second] = [0, 1].map((index) => {
      const pixels = new Uint8Array(192);
      data.train.read(index, pixels);
      return pixels;
    });
    expect(first).not.toEqual(second);
    expect(notesOf(data)).toContain("twice.tar has 1 path more than once; the last entry is used: cats/0.png.");
    expect(notesOf(data)).toContain("In twice.tar, 1 pipe, device or other special entry is left out: dogs/pipe.");
  });

  test("of formats with archives of their own stay in them", async () => {
    const shard = await tarOf([
      [{ name: "0001.jpg" }, photo("cats/0.png")],
      [{ name: "0001.cls" }, Buffer.from("0")],
    ]);
    const context = { place: { cache, memoryLimit: 2 ** 20, note: () => {} }, onProgress: () => {} };
    const only = async (path: string): Promise<string | undefined> => (await openFiles(path, context)).only;
    expect(await only(fileWith("shard-0.tar", shard))).toBe("shard-0.tar");
    expect(await only(fileWith("shard-0.tar.gz", gzipSync(shard)))).toBe("shard-0.tar.gz");
    expect(await only(fileWith("digits.npz", readFileSync(fixture("info-zip.zip"))))).toBe("digits.npz");
    expect(isShard(["a/1.jpg", "a/2.jpg", "b/1.jpg"])).toBe(false);
    expect(isShard(["1.jpg", "1.json", "2.jpg"])).toBe(true);
    expect(isShard(["a/1.jpg", "a/1.json", "b/1.jpg", "b/1.json"])).toBe(false);
    expect(isShard(["1.jpg", "1.jpg.json"])).toBe(false);
    expect(isShard(["1.jpg", "labels.csv"])).toBe(false);
  });

  test("are read whole, by slices and piece by piece, stored and deflated", async () => {
    const content = Buffer.concat([
      Buffer.from(bytes(70_000)),
      Buffer.alloc(2_500_000, 7),
      Buffer.from(bytes(70_000, 2)),
    ]);
    const zip = new yazl.ZipFile();
    for (const compress of [false, true]) zip.addBuffer(content, `${compress}.bin`, { compress });
    zip.addBuffer(Buffer.alloc(0), "empty.bin");
    zip.end();
    const tar = await tarOf([[{ name: "false.bin" }, content], [{ name: "empty.bin" }]]);
    const context = { place: { cache, memoryLimit: 1000, note: () => {} }, onProgress: () => {} };
    const paths = [
      fileWith("a.zip", await concat(zip.outputStream)),
      fileWith("a.tar", tar),
      fileWith("a.tar.gz", gzipSync(tar)),
    ];
    for (const path of paths) {
      const files = await openFiles(path, context);
      for (const name of files.root.tree.others.filter((other) => other !== "empty.bin")) {
        await expectContent(files, name, content);
      }
      expect(await files.read("empty.bin")).toHaveLength(0);
      await expect(files.read("none.bin")).rejects.toThrow(`${basename(path)}/none.bin: there is no such file`);
      await files.close();
    }
  });
});

async function expectContent(files: Files, name: string, content: Buffer): Promise<void> {
  const same = (found: Uint8Array, from: number, to: number): void => {
    expect(Buffer.compare(found, content.subarray(from, to)), `${files.path} ${name} ${from}`).toBe(0);
  };
  expect(files.sizeOf(name)).toBe(content.length);
  const { length } = content;
  for (const [from, to] of [
    [0, 4],
    [10, 69_000],
    [2_500_000, length],
    [69_999, 70_003],
    [length - 5, length + 5],
  ] as const) {
    same(await files.slice(name, from, to), from, to);
  }
  expect(await files.slice(name, length, length + 1)).toHaveLength(0);
  same(await files.read(name), 0, length);
  same(await concat(files.stream(name)), 0, length);
}

/** Changes a copy of a file at each place where some bytes are. */
function changed(name: string, mark: string, change: (content: Buffer, at: number) => void, most = Infinity): Buffer {
  const content = readFileSync(fixture(name));
  let count = 0;
  for (let at = content.indexOf(mark, 0, "latin1"); at >= 0 && count < most; count++) {
    change(content, at);
    at = content.indexOf(mark, at + 4, "latin1");
  }
  expect(count).toBeGreaterThan(0);
  return content;
}

/** The marks of the records of a zip file: an entry of its list, and its end. */
const [ENTRY, END] = ["PK\x01\x02", "PK\x05\x06"];
const named = (name: string): Buffer =>
  changed("python-deflated.zip", "photos/", (content, at) => void content.write(name, at));

describe("an archive is refused", () => {
  const zip = (): Buffer => readFileSync(fixture("info-zip.zip"));
  test.each<[string, string, () => Buffer | Promise<Buffer>, string]>([
    [
      "truncated",
      "a.zip",
      () => zip().subarray(0, 1500),
      "a.zip: the zip archive is truncated, damaged, or one part of a split",
    ],
    ["empty", "a.zip", () => Buffer.alloc(0), "a.zip: the archive is empty. Expected zip, tar"],
    [
      "no archive",
      "a.tar.gz",
      () => Buffer.from("hello"),
      "it is not an archive, or it is damaged. Expected zip, tar, tar.gz or tar.zst",
    ],
    [
      "split",
      "a.zip",
      () => changed("python-deflated.zip", END, (c, at) => void c.writeUInt16LE(1, at + 4)),
      "last part of a split zip archive. Expected one file. Join the parts: zip -s 0",
    ],
    [
      "encrypted",
      "a.zip",
      () => readFileSync(fixture("encrypted.zip")),
      "is encrypted. Unpack it with its password, and use the folder.",
    ],
    [
      "strongly encrypted",
      "a.zip",
      () => changed("python-deflated.zip", ENTRY, (c, at) => void c.writeUInt16LE(0x41, at + 8)),
      "a.zip: the archive is encrypted.",
    ],
    [
      "Deflate64",
      "a.zip",
      () => changed("python-deflated.zip", ENTRY, (c, at) => void c.writeUInt16LE(9, at + 10)),
      "is compressed by Deflate64. Expected Deflate or no compression. Unpack it",
    ],
    [
      "entries that overlap",
      "a.zip",
      () => changed("python-deflated.zip", ENTRY, (c, at) => void c.writeUInt32LE(2000, at + 20)),
      "its entries have more bytes than the archive, so they overlap",
    ],
    [
      "more entries than declared",
      "a.zip",
      () => changed("python-deflated.zip", END, (c, at) => void c.writeUInt32LE(0x00050005, at + 8)),
      "it has more entries than the 5 that it declares",
    ],
    [
      "bomb",
      "a.zip",
      () => changed("python-deflated.zip", ENTRY, (c, at) => void c.writeUInt32LE(0xfffffff0, at + 24)),
      "it unpacks to 51.5 GB or more from 2.",
    ],
    [
      "damaged list",
      "a.zip",
      () => changed("python-deflated.zip", END, (c, at) => void c.writeUInt32LE(99, at + 16)),
      "a.zip: the zip archive is damaged (invalid central directory file header signature",
    ],
    [
      "parent folder",
      "a.zip",
      () => named("../hot/"),
      'the path of its entry "../hot/cats/0.png" leads out of the archive',
    ],
    ["absolute path", "a.zip", () => named("/other/"), "leads out of the archive. Expected paths within the folder"],
    ["drive letter", "a.zip", () => named("C:/tos/"), "leads out of the archive"],
    ["backslashes", "a.zip", () => named("..\\hot/"), "leads out of the archive"],
    [
      "parent folder",
      "a.tar",
      () => tarOf([[{ name: "x/../../b.png" }, photo("cats/0.png")]]),
      '"x/../../b.png" leads out of the archive',
    ],
    [
      "absolute path",
      "a.tar",
      () => tarOf([[{ name: "/etc/b.png" }, photo("cats/0.png")]]),
      "leads out of the archive",
    ],
    [
      "sparse files",
      "a.tar",
      () => readFileSync(fixture("sparse-gnu.tar")),
      "its entry hole is a sparse file or of another special type",
    ],
    [
      "sparse files",
      "a.tar",
      () => readFileSync(fixture("sparse-pax.tar")),
      "its entry hole is a sparse file or of another special type. Expected ordinary files. Create the archive again without --sparse.",
    ],
    [
      "truncated",
      "a.tar",
      () => readFileSync(fixture("tar-v7.tar")).subarray(0, 5000),
      "a.tar: the archive is truncated. Download it again.",
    ],
    [
      "truncated",
      "a.tar.zst",
      () => readFileSync(fixture("zstd.tar.zst")).subarray(0, 500),
      "its Zstandard data are truncated after",
    ],
    [
      "damaged",
      "a.tar.zst",
      () => Buffer.concat([readFileSync(fixture("zstd.tar.zst")), Buffer.from("x".repeat(40))]),
      "its Zstandard data are damaged after",
    ],
    [
      "large window",
      "a.tar.zst",
      () => changed("zstd.tar.zst", "\x28\xb5\x2f\xfd", (c, at) => void c.set([0x04, 0xa0], at + 4)),
      "need a window of 1073741824 bytes. Expected at most 134217728. Compress it again without --ultra and --long.",
    ],
    [
      "7z",
      "a.7z",
      () => Buffer.from("7z\xbc\xaf\x27\x1c", "latin1"),
      "it is a 7z archive. Expected a folder, or an archive: zip, tar, tar.gz or tar.zst. Unpack it with 7-Zip, and use the folder.",
    ],
    ["RAR", "a.rar", () => Buffer.from("Rar!\x1a\x07\x01\x00", "latin1"), "it is a RAR archive."],
    [
      "bzip2",
      "a.tar.bz2",
      () => Buffer.from("BZh91AY&SY"),
      "it is compressed by bzip2. Expected a folder, or an archive: zip, tar, tar.gz or tar.zst. Decompress it with bzip2 -d, and use the result.",
    ],
    ["xz", "a.tar.xz", () => Buffer.from("\xfd7zXZ\0", "latin1"), "it is compressed by xz."],
  ])("%s: %s", async (_, name, content, message) => {
    const opening = open(fileWith(name, await content()));
    await expect(opening).rejects.toThrow(DataError);
    await expect(opening).rejects.toThrow(message);
  });

  test("that unpacks to far more than its size", () => {
    expect(() => checkRatio("a.zip", 2 ** 30, 1)).not.toThrow();
    expect(() => checkRatio("a.zip", 2 ** 40, 2 ** 33)).not.toThrow();
    expect(() => checkRatio("a.zip", 2 ** 31, 2 ** 20)).toThrow("a.zip: it unpacks to 2.15 GB or more from 1.05 MB");
  });
});

describe("an archive is read", () => {
  test("without the bytes after its end", async () => {
    for (const name of ["info-zip.zip", "tar-v7.tar"]) {
      const path = fileWith(name, Buffer.concat([readFileSync(fixture(name)), Buffer.from("garbage ".repeat(300))]));
      const data = await open(path);
      expect(data.fingerprint).toBe(expected);
      expect(notesOf(data)).toMatch(new RegExp(`${name} has .*bytes after .* end.*, which are ignored\\.`));
    }
  });

  test("without the mark at its end", async () => {
    const tar = await tarOf(["cats/0.png", "dogs/0.png"].map((name) => [{ name }, photo(name)]));
    const data = await open(fileWith("a.tar", tar.subarray(0, -1024)), { validationShare: 0 });
    expect(notesOf(data)).toContain("a.tar has no mark at its end, so it may be truncated.");
  });

  test.each<[string, (content: Buffer, at: number) => void, string]>([
    [
      "a wrong checksum",
      (content, at) => void content.writeUInt32LE(1, at + 16),
      "its checksum (CRC-32) is wrong. Download the archive again.",
    ],
    [
      "more bytes than declared",
      (content, at) => void content.writeUInt32LE(9, at + 24),
      "it has more than the 9 bytes that it declares",
    ],
    [
      "fewer bytes than declared",
      (content, at) => void content.writeUInt32LE(5000, at + 24),
      "it declares 5000 bytes, but has",
    ],
    [
      "a wrong position",
      (content, at) => void content.writeUInt32LE(3, at + 42),
      "invalid local file header signature",
    ],
  ])("without an image that has %s", async (_, change, reason) => {
    const data = await open(fileWith("a.zip", changed("python-deflated.zip", ENTRY, change, 1)));
    expect(data.report.failures).toHaveLength(1);
    expect(data.report.failures[0]?.reason).toContain(reason);
  });
});
