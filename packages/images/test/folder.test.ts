import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { DataError, type DataOptions, openDataSet, readImage } from "../src/index.ts";
import { imageOf } from "./memory-set.ts";
import { folderWith, newFolder } from "./temporary.ts";

const picture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`./fixtures/pictures/${name}`, import.meta.url)));

/** A PNG of one color with a white corner: a different picture for each number. */
const plain = (number: number, width = 20, height = 12): Promise<Buffer> => {
  const pixels = Buffer.alloc(3 * width * height, Uint8Array.of(number % 256, number >> 8, 99)).fill(255, 0, 3);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
};

/** Pictures by class, all different. */
async function classes(counts: Readonly<Record<string, number>>, start = 0): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  let number = start;
  for (const [name, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) files[`${name}/${i}.png`] = await plain(number++);
  }
  return files;
}

const open = (folder: string, options: DataOptions = {}) => openDataSet(folder, { cache: newFolder(), ...options });

describe("a folder", () => {
  test("has its subfolders as classes, and a fifth of each is split off", async () => {
    const folder = folderWith(await classes({ dogs: 10, cats: 5 }));
    const data = await open(folder);
    expect(data).toMatchObject({
      kind: "folder",
      source: folder,
      classNames: ["cats", "dogs"],
      imageShape: [3, 12, 20],
    });
    expect([data.train.length, data.validation?.length, data.test]).toEqual([12, 3, null]);
    expect(data.report.counts).toEqual([
      { part: "train", total: 12, perClass: [4, 8] },
      { part: "validation", total: 3, perClass: [1, 2] },
    ]);
    expect(data.report.findings).toEqual([]);
    const names = [data.train, data.validation].flatMap((set) =>
      Array.from({ length: set?.length ?? 0 }, (_, i) => set?.nameOf(i)),
    );
    expect(names.sort()).toEqual(Object.keys(await classes({ dogs: 10, cats: 5 })).sort());
  });

  test("has the images that readImage reads, with their classes", async () => {
    const folder = folderWith(await classes({ a: 3, b: 4 }));
    const { train, classNames } = await open(folder, { validationShare: 0 });
    for (let i = 0; i < train.length; i++) {
      const name = train.nameOf(i);
      expect(imageOf(train, i)).toEqual(await readImage(join(folder, name), train.imageShape));
      expect(name.startsWith(`${classNames[train.labels[i] as number]}/`)).toBe(true);
    }
  });

  test("has parts named train, val and test in any case", async () => {
    const parts = { Train: 0, valid: 1000, test: 2000 };
    const files: Record<string, Buffer> = {};
    for (const [part, start] of Object.entries(parts)) {
      for (const [path, bytes] of Object.entries(await classes({ a: 3, b: 2 }, start)))
        files[`${part}/${path}`] = bytes;
    }
    const { train, validation, test: tests } = await open(folderWith(files));
    expect([train.length, validation?.length, tests?.length]).toEqual([5, 5, 5]);
    expect(tests?.nameOf(0)).toBe("test/a/0.png");
  });

  test("reports a part without classes as left out, and ignores an empty folder beside parts", async () => {
    const files = await classes({ "train/a": 2, "train/b": 2, "val/a": 1, "val/b": 1, test: 3 });
    const folder = folderWith({ ...files, "annotations/readme.txt": "" });
    const { train, validation, test: tests, report } = await open(folder);
    expect([train.length, validation?.length, tests]).toEqual([4, 2, null]);
    expect(report.findings[0]).toBe("test has images and no folders of classes. It is left out.");
    expect(report.findings.some((finding) => finding.includes("also in the training part"))).toBe(false);
  });

  test("may have a class named train", async () => {
    const { classNames } = await open(folderWith(await classes({ train: 3, car: 3 })));
    expect(classNames).toEqual(["car", "train"]);
    const deeper = await open(folderWith(await classes({ "train/steam": 3, "car/red": 3 })));
    expect(deeper.classNames).toEqual(["car", "train"]);
  });

  test("may have deeper images and links, which are followed once, and reports other files", async () => {
    const folder = folderWith({
      ...(await classes({ "a/2024/may": 2, b: 2 })),
      "b/notes.txt": "x",
      "b/scan.psd": "x",
      "b/.hidden": "x",
    });
    const elsewhere = folderWith(await classes({ c: 2 }, 500));
    symlinkSync(join(elsewhere, "c"), join(folder, "c"));
    symlinkSync(join(folder, "b"), join(folder, "b/around"));
    const { train, classNames, report } = await open(folder, { validationShare: 0 });
    expect(classNames).toEqual(["a", "b", "c"]);
    expect(train.length).toBe(6);
    expect(train.nameOf(0)).toBe("a/2024/may/0.png");
    expect(report.ignored).toEqual({ ".txt": 1, ".psd": 1 });
    expect(report.findings).toEqual(["2 files are not images by name and left out: .psd 1, .txt 1."]);
  });

  test("may have all formats, which are resized to one size", async () => {
    const names = ["photo.jpg", "plain.png", "photo.webp", "photo.avif", "palette.gif", "interlaced.tiff"];
    const folder = folderWith({
      ...Object.fromEntries(names.map((name) => [`a/${name}`, picture(name)])),
      "b/wide.png": picture("wide.png"),
      "b/upper.PNG": picture("transparent.png"),
    });
    const { train, imageShape, report } = await open(folder, { imageSize: [10, 14], validationShare: 0 });
    expect(imageShape).toEqual([3, 10, 14]);
    expect(train.length).toBe(8);
    expect(report.notes).toEqual(["Images of 24x16 to 120x64 pixels are resized to 14x10."]);
  });

  test("has one channel if all images are gray, unless an option decides otherwise", async () => {
    const folder = folderWith({ "a/1.png": picture("grey.png"), "b/1.png": picture("deep.png") });
    expect((await open(folder)).imageShape).toEqual([1, 16, 24]);
    expect((await open(folder, { channels: 3, imageSize: 8 })).imageShape).toEqual([3, 8, 8]);
    const colored = folderWith({ "a/1.png": picture("plain.png"), "b/1.png": picture("wide.png") });
    const { train } = await open(colored, { channels: 1, validationShare: 0, imageSize: 9 });
    expect(imageOf(train, 0)).toEqual(await readImage(join(colored, "a/1.png"), [1, 9, 9]));
  });

  test("reports progress up to all images, for each task", async () => {
    const [folder, cache] = [folderWith(await classes({ a: 3, b: 3 })), newFolder()];
    const seen = async (): Promise<Record<string, string>> => {
      const last = new Map<string, string>();
      await openDataSet(folder, { cache }, ({ what, done, total }) => last.set(what, `${done} of ${total}`));
      return Object.fromEntries(last);
    };
    expect(await seen()).toEqual({ "decoding images": "6 of 6" });
    expect(await seen()).toEqual({ "checking images": "6 of 6" });
  });
});

describe("the cache", () => {
  const cached = async () => ({ folder: folderWith(await classes({ a: 4, b: 4 })), cache: newFolder() });
  const filesIn = (folder: string): string[] => readdirSync(folder);
  /** Returns true if opening decodes images. */
  const decodes = async (folder: string, options: DataOptions): Promise<boolean> => {
    let decoded = false;
    await openDataSet(folder, options, ({ what }) => {
      decoded ||= what === "decoding images";
    });
    return decoded;
  };

  test("has one file, from which the identical set is opened again, also from disk", async () => {
    const { folder, cache } = await cached();
    const first = await openDataSet(folder, { cache });
    expect(filesIn(cache)).toEqual([expect.stringMatching(/^[0-9a-f]{16}-[0-9a-f]{64}\.images$/)]);
    for (const memoryLimit of [2 ** 30, 0]) {
      const again = await openDataSet(folder, { cache, memoryLimit });
      expect(again.train.handle.pool.kind).toBe(memoryLimit ? "memory" : "file");
      expect(again.fingerprint).toBe(first.fingerprint);
      expect(again.normalization).toEqual(first.normalization);
      expect(await decodes(folder, { cache, memoryLimit })).toBe(false);
    }
  });

  test("receives decoded images on disk if memory is too small", async () => {
    const { folder, cache } = await cached();
    const inMemory = await openDataSet(folder, { cache: newFolder() });
    const fromFile = await openDataSet(folder, { cache, memoryLimit: 0 });
    expect(fromFile.train.handle.pool.kind).toBe("file");
    expect(fromFile.fingerprint).toBe(inMemory.fingerprint);
    expect(filesIn(cache)).toHaveLength(1);
  });

  test("depends on the contents of the files, and not on names, times and paths", async () => {
    const { folder, cache } = await cached();
    await openDataSet(folder, { cache });
    renameSync(join(folder, "a/0.png"), join(folder, "b/other.png"));
    utimesSync(join(folder, "b/1.png"), 1, 1);
    const elsewhere = newFolder();
    cpSync(folder, elsewhere, { recursive: true });
    expect(await decodes(elsewhere, { cache })).toBe(false);
    const { train } = await openDataSet(elsewhere, { cache, validationShare: 0 });
    expect([...train.labels]).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
    // The same size and time, other content.
    const bytes = readFileSync(join(folder, "b/1.png"));
    writeFileSync(join(folder, "b/1.png"), readFileSync(join(folder, "b/2.png")));
    expect(bytes.length).toBe(readFileSync(join(folder, "b/2.png")).length);
    utimesSync(join(folder, "b/1.png"), 1, 1);
    expect(await decodes(folder, { cache })).toBe(true);
  });

  test("depends on the settings", async () => {
    const { folder, cache } = await cached();
    await openDataSet(folder, { cache });
    expect(await decodes(folder, { cache, imageSize: 8 })).toBe(true);
    expect(await decodes(folder, { cache, channels: 1 })).toBe(true);
    expect(filesIn(cache)).toHaveLength(3);
  });

  const flipBit = (path: string, at: number): void => {
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(path, bytes);
  };

  test.each([
    ["truncated", (path: string) => truncateSync(path, 100)],
    ["empty", (path: string) => truncateSync(path, 0)],
    ["changed in a pixel", (path: string) => flipBit(path, 50)],
    ["changed in the images' size", (path: string) => flipBit(path, readFileSync(path).indexOf('"imageShape":[') + 14)],
    ["changed in the length of its end", (path: string) => flipBit(path, readFileSync(path).length - 9)],
  ])("is made again if its file is %s", async (_, spoil) => {
    const { folder, cache } = await cached();
    const { fingerprint } = await openDataSet(folder, { cache });
    spoil(join(cache, filesIn(cache)[0] as string));
    expect(await decodes(folder, { cache })).toBe(true);
    expect(await decodes(folder, { cache })).toBe(false);
    expect((await openDataSet(folder, { cache })).fingerprint).toBe(fingerprint);
  });

  test.each([2 ** 30, 0])(
    "is replaced by memory, with a note, if it cannot be written (limit %d)",
    async (memoryLimit) => {
      const { folder } = await cached();
      // A file is in the place of the folder, which fails for every user, also for root.
      const cache = join(folderWith({ file: "" }), "file");
      const { train, report, fingerprint } = await openDataSet(folder, { cache, memoryLimit });
      expect(train.handle.pool.kind).toBe("memory");
      expect(report.notes).toEqual([expect.stringContaining(`The cache ${cache} cannot be written (`)]);
      expect(fingerprint).toBe((await open(folder)).fingerprint);
    },
  );

  test("loses the unfinished files of killed processes once these are old", async () => {
    const { folder, cache } = await cached();
    for (const name of ["1-0.unfinished", "2-0.unfinished"]) writeFileSync(join(cache, name), "");
    utimesSync(join(cache, "1-0.unfinished"), 1, 1);
    await openDataSet(folder, { cache });
    expect(filesIn(cache).filter((name) => name.endsWith(".unfinished"))).toEqual(["2-0.unfinished"]);
  });
});

describe("images that cannot be used", () => {
  test("are left out, and reported with path and reason", async () => {
    const folder = folderWith({
      ...(await classes({ a: 5, b: 5 })),
      "a/text.jpg": picture("text.jpg"),
      "a/again.jpg": picture("text.jpg"),
      "b/cut.jpg": picture("cut-photo.jpg"),
      "b/empty.png": "",
    });
    symlinkSync(join(folder, "nowhere"), join(folder, "b/gone.png"));
    for (const round of ["decoded", "from the cache"]) {
      const { train, report } = await openDataSet(folder, {
        cache: join(folder, "../cache-of-failures"),
        validationShare: 0,
      });
      expect(train.length, round).toBe(10);
      expect(report.failures.map(({ path }) => path)).toEqual([
        "a/again.jpg",
        "a/text.jpg",
        "b/cut.jpg",
        "b/empty.png",
        "b/gone.png",
      ]);
      const reasons = report.failures.map(({ reason }) => reason);
      expect(reasons[0]).toBe(
        "it is a text file; expected JPEG, PNG, WebP, AVIF, GIF, TIFF, HEIC, BMP, PNM, JPEG 2000, JPEG XL or DICOM",
      );
      expect(reasons[2]).toMatch(/^it is damaged or truncated \(/);
      expect(reasons.slice(3)).toEqual(["it is empty", "it cannot be read: there is no such file or folder"]);
      expect(report.findings).toEqual([
        expect.stringMatching(
          /^5 images cannot be used and are left out: a\/again\.jpg \(it is a text.* and 2 more\.$/,
        ),
      ]);
      // Images after an unusable one keep their pixels.
      for (const i of [0, 9]) {
        expect(imageOf(train, i)).toEqual(await readImage(join(folder, train.nameOf(i)), train.imageShape));
      }
    }
  });

  test("are an error if they are more than half", async () => {
    const folder = folderWith({ ...(await classes({ a: 1, b: 1 })), "a/1.jpg": "x", "a/2.jpg": "y", "b/3.jpg": "z" });
    await expect(open(folder)).rejects.toThrow(
      `${folder}: 3 of its 5 images cannot be used. Expected more than half to be usable. Repair or remove these:\n  a/1.jpg: it is a text file`,
    );
  });

  test("are an error if a class has no other images", async () => {
    const folder = folderWith({ ...(await classes({ a: 5 })), "b/1.jpg": "x" });
    await expect(open(folder)).rejects.toThrow(
      `${folder}: none of the images of the class 'b' can be used. Repair or remove them:\n  b/1.jpg: it is a text file`,
    );
  });
});

describe("bad folders", () => {
  const file = picture("plain.png");
  const CASES: Record<string, { files: Record<string, string | Uint8Array>; message: string; options?: DataOptions }> =
    {
      "a validation share of data with a validation part": {
        files: { "train/a/1.png": file, "train/b/2.png": file, "val/a/1.png": file },
        options: { validationShare: 0.1 },
        message: "validationShare = 0.1, but the data have a validation part. Set validationShare to 0",
      },
      "only damaged images": {
        files: { "a/1.png": "x", "b/1.png": "x" },
        message: "none of its images can be used, such as ",
      },
    };

  test.each(Object.entries(CASES))("%s", async (_, { files, message, options }) => {
    const folder = folderWith(files);
    const opening = open(folder, options);
    await expect(opening).rejects.toThrow(DataError);
    await expect(opening).rejects.toThrow(message);
  });

  test("empty and hidden folders are not classes", async () => {
    const folder = folderWith({ "a/1.png": file, "b/1.png": picture("grey.png"), ".cache/x.png": file });
    mkdirSync(join(folder, "c"));
    const { classNames, report } = await open(folder);
    expect(classNames).toEqual(["a", "b"]);
    expect(report.findings).toEqual(["1 folder has no images and is no class: c."]);
  });
});

describe("options", () => {
  const CASES: readonly (readonly [options: object, message: string])[] = [
    [{ validationShare: 1 }, "validationShare = 1: expected a number from 0 to below 1"],
    [{ seed: 0.5 }, "seed = 0.5: expected a whole number"],
    [{ imageSize: 0 }, "imageSize = 0: expected a whole number of pixels from 1 to 4096, or [height, width]"],
    [{ imageSize: [32] }, "imageSize = [32]: expected"],
    [{ channels: 2 }, "channels = 2: expected 1 or 3"],
    [{ trainLimit: 0 }, "trainLimit = 0: expected a whole number of at least 1"],
    [{ trainFolder: "" }, 'trainFolder = "": expected the path of a folder within the data, or a list of such paths'],
    [{ testFolder: [] }, "testFolder = []: expected the path of a folder within the data"],
    [{ classes: "cats" }, 'classes = "cats": expected a list of names'],
    [{ cache: "" }, 'cache = "": expected the path of a folder'],
    [{ imagesize: 32 }, "unknown option 'imagesize': did you mean 'imageSize'?"],
  ];
  test.each(CASES)("%o", async (options, message) => {
    await expect(openDataSet("sample", options as DataOptions)).rejects.toThrow(`openDataSet: ${message}`);
  });

  test("limits choose by seed, with the classes in proportion", async () => {
    const choose = async (seed: number) => {
      const { train, test: tests } = await openDataSet("sample", { trainLimit: 100, testLimit: 50, seed });
      return [train, tests].map((set) => Array.from({ length: set?.length ?? 0 }, (_, i) => set?.nameOf(i)));
    };
    const [train, tests] = await choose(1);
    expect([train?.length, tests?.length]).toEqual([100, 50]);
    expect(await choose(1)).toEqual([train, tests]);
    expect(await choose(2)).not.toEqual([train, tests]);
    const { report } = await openDataSet("sample", { trainLimit: 100 });
    expect(report.counts[0]?.perClass).toEqual(new Array(10).fill(10));
  });
});
