import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { makeIdx, makePhotos, png } from "./support/data.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";
import { expectRefusal } from "./support/refusal.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
const folder = temporaryFolder();
const at = (...path: string[]): string => join(folder, ...path);
const QUICK = ["--model", "mlp", "--epochs", "1", "--batch-size", "10", "--threads", "1"];

beforeAll(async () => {
  makeIdx(at("digits"));
  await makePhotos(at("photos"), { cat: 8, dog: 8 });
  for (const name of ["a", "b"]) {
    mkdirSync(at("pixel", name), { recursive: true });
    for (let i = 0; i < 4; i++) writeFileSync(at("pixel", name, `${i}.png`), await png(i, name === "a" ? 1 : 2, 2));
  }
  expect((await inProcess(folder, ["train", "digits", ...QUICK, "--out", "runs/good"])).status).toBe(0);
});

describe("an invalid command ends with 2 and suggests the nearest name", () => {
  test.each<[args: string[], message: string | RegExp]>([
    [["trian"], "unknown command 'trian': did you mean 'train'? See downhill --help"],
    [["runs", "lst"], "unknown command 'lst': did you mean 'list'? See downhill runs --help"],
    [["train", "digits", "--optimiser", "sgd"], "unknown option '--optimiser': did you mean '--optimizer'?"],
    [["train", "digits", "--batchsize", "3"], "unknown option '--batchsize': did you mean '--batch-size'?"],
    [["train", "digits", "more"], "too many arguments for 'train'"],
    [["train"], /DATA is missing. Expected a folder of images, or one of sample, /],
    [["train", "digist"], /digist: there is no folder, file or data set with this name/],
    [["train", "fashon-mnist"], "did you mean 'fashion-mnist'?"],
    [["train", "digits", "--model", "lennet"], "model = 'lennet': did you mean 'lenet'?"],
    [["train", "digits", "--optimizer", "adamm"], "optimizer = 'adamm': did you mean 'adamw'?"],
    [["train", "digits", "--schedule", "cosin"], "schedule = 'cosin': did you mean 'cosine'?"],
    [["train", "digits", "--augment", "crop,flop"], /'flop'|"flop".*did you mean 'crop'|did you mean 'flip'/],
    [["train", "digits", "--order", "random"], '--order random: expected "shuffled", "sequential", "easy-first"'],
    [["train", "digits", "--lr", "fast"], "--lr fast: expected a number"],
    [["train", "digits", "--lr", "-1"], "--lr -1: expected more than 0"],
    [["train", "digits", "--epochs", "1.5"], "--epochs 1.5: expected a whole number"],
    [["train", "digits", "--batch-size", "some"], '--batch-size some: expected a number or "all"'],
    [["train", "digits", "--batch-size", "5000"], "batchSize = 5000: expected at most 120, the training images"],
    [["train", "digits", "--hyperparameters", "x"], "--hyperparameters x: expected an object"],
    [
      ["data", "inspect", "photos", "--label-pattern", "("],
      "--label-pattern (: expected a regular expression with a group",
    ],
    [["data", "inspect", "photos", "--image-size", "0"], "--image-size 0: expected at least 4"],
    [["train", "digits", "--set", "epoch=3"], "--set: unknown key 'epoch': did you mean 'epochs'?"],
    [["train", "digits", "--set", "epochs"], "--set epochs: expected key=value"],
    [
      ["train", "digits", ...QUICK, "--groups", '[{"match":"conv9","lrFactor":0.1}]'],
      'groups.0.match = "conv9": it matches no parameter. Expected a regular expression for one of hidden1.weight, ',
    ],
    [
      ["train", "digits", ...QUICK, "--groups", '[{"match":"."},{"match":"bias","frozen":true}]'],
      'groups.1.match = "bias": it matches no parameter that is not in an earlier group',
    ],
    [["train", "digits", "--set", "hyperparameters.beta3=1"], /sgd: unknown hyperparameter 'beta3'/],
    [
      ["train", "digits", "--set", "hyperparameters.__proto__.x=1"],
      "--set: hyperparameters.__proto__: '__proto__' is no",
    ],
    [
      ["train", "digits", "--set", 'augment=["flip"]', "--set", "augment.9.padding=1"],
      "index 9 in a list of 1: expected",
    ],
    [["train", "digits", "--threads", "100000"], "--threads 100000: expected at most 256"],
    [["train", "digits", "--model", "mlp", "--model-options", '{"width":1e9}'], "mlp: unknown option 'width'"],
    [
      ["train", "digits", "--model", "mlp", "--model-options", '{"hidden":[1e12]}'],
      /788,000,000,000,003 parameters: .* GB: expected/,
    ],
    [
      ["train", "pixel", "--model", "vgg11"],
      "model = 'vgg11': images of 2 x 2 are too small. Expected at least 16 x 16",
    ],
    [["train", "digits", "--config", "photos"], "photos: it is a folder. Expected a text file"],
    [["train", "digits", "--config", "none.json"], "--config none.json: the file does not exist"],
    [["train", "digits", "--out", "digits/t10k-labels-idx1-ubyte.gz"], "it is a file. Use --out with a folder"],
    [["train", "--resume", "runs/good", "--epochs", "9"], "a resumed run keeps its settings. Remove --epochs, or"],
    [["evaluate", "runs/good"], "missing required argument 'data'. See downhill evaluate --help"],
    [["evaluate", "runs/good", "digits", "--threads", "no"], "--threads no: expected a whole number from 1 to 256"],
    [
      ["predict", "runs/good", "1.png", "--threads", "100000"],
      "--threads 100000: expected a whole number from 1 to 256",
    ],
    [["evaluate", "runs/good", "digits", "--test-time-augmentation", "x"], "expected one of none, flip"],
    [["predict", "runs/good"], "missing required argument 'file'"],
    [["export", "runs/good"], "required option '--out <path>' not specified"],
    [["export", "runs/good", "--out", "x", "--format", "pth"], "--format pth: expected one of onnx, safetensors, web"],
    [["export", "runs/good", "--out", "runs/good/model.onnx"], "the file exists. Choose a new file, or add --force"],
    [["runs", "remove", "runs/good"], "runs remove: not a terminal. Pass --yes to confirm."],
    [["optimizers", "addam"], "optimizer = 'addam': did you mean 'adam'?"],
    [["schedules", "cosin"], "schedule = 'cosin': did you mean 'cosine'?"],
    [["schedules", "step", "--lr", "x"], "--lr x: expected a number above 0"],
  ])("downhill %j", async (args, message) => expectRefusal(await inProcess(folder, args), 2, message));

  test("and prints the same error as JSON", async () => {
    const { status, stdout, stderr } = await inProcess(folder, ["train", "digits", "--model", "lennet", "--json"]);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      event: "error",
      error: { kind: "usage", message: "model = 'lennet': did you mean 'lenet'?" },
    });
    expect(stderr).toBe("Error: model = 'lennet': did you mean 'lenet'?\n");
  });
});

describe("an invalid configuration file ends with 2", () => {
  const rows: readonly (readonly [contents: string | Uint8Array, message: string])[] = [
    ['{ "epochs": "many" }', 'config.json: epochs = "many": expected a number'],
    ['{ "epochs": 0 }', "config.json: epochs = 0: expected at least 1"],
    ['{ "batch_size": 3 }', "config.json: unknown key 'batch_size': did you mean 'batchSize'?"],
    ['{ "augment": [3] }', "config.json: augment.0 = 3: expected a text or an object"],
    ['{ "groups": [{ "lrFactor": 0.1 }] }', "config.json: groups.0.match is missing: expected a text"],
    ["[]", "config.json: expected an object of settings"],
    ['{ "epochs": 3', "config.json: expected JSON: "],
    ['\ufeff{ "epochs": 0 }', "config.json: epochs = 0: expected at least 1"],
    [Buffer.from('\ufeff{ "epochs": 0 }', "utf16le"), "config.json: epochs = 0: expected at least 1"],
    [Buffer.from([0x22, 0xff, 0x22]), "config.json: it is not UTF-8 text. Save it as UTF-8"],
    [
      '{ "modelOptions": { "constructor": 1 } }',
      "config.json: modelOptions.constructor: 'constructor' is not a setting",
    ],
    [`{ "groups": ${"[".repeat(1e5)}${"]".repeat(1e5)} }`, "config.json: groups is nested more than 16 levels deep"],
  ];
  test.each(rows.map(([contents, message]) => [message, contents] as const))("%s", async (message, contents) => {
    writeFileSync(at("config.json"), contents);
    expectRefusal(await inProcess(folder, ["train", "digits", "--config", "config.json"]), 2, message);
  });
});

describe("data that cannot be trained on end with 1, and leave no run", () => {
  const spoil: Readonly<Record<string, (copy: string) => void>> = {
    "one class": (copy) => rmSync(join(copy, "dog"), { recursive: true }),
    "an empty class of two": (copy) => {
      rmSync(join(copy, "dog"), { recursive: true });
      mkdirSync(join(copy, "dog"));
    },
    "no image that can be read": (copy) => {
      for (const file of readdirSync(copy, { recursive: true, encoding: "utf8" })) {
        if (file.endsWith(".png")) writeFileSync(join(copy, file), "not an image");
      }
    },
    "images without folders": (copy) => {
      cpSync(join(copy, "dog"), copy, { recursive: true });
      for (const name of ["cat", "dog"]) rmSync(join(copy, name), { recursive: true });
    },
    "labels shorter than images": (copy) => void makeIdx(copy, { trainLabels: 100 }),
    "a truncated gz": (copy) => change(join(copy, "train-images-idx3-ubyte.gz"), (bytes) => bytes.subarray(0, 2000)),
    "a wrong magic number": (copy) =>
      change(join(copy, "train-images-idx3-ubyte.gz"), (bytes) => {
        const plain = gunzipSync(bytes);
        plain.writeUInt32BE(0x0102_0304);
        return gzipSync(plain);
      }),
  };
  const change = (file: string, how: (bytes: Buffer) => Buffer): void => writeFileSync(file, how(readFileSync(file)));

  test("one of the files of a data set", async () => {
    const file = "digits/train-images-idx3-ubyte.gz";
    expectRefusal(await inProcess(folder, ["train", file, ...QUICK]), 1, "Expected the folder that contains them");
  });

  test.each<[what: keyof typeof spoil, of: "photos" | "digits", message: string | RegExp]>([
    ["one class", "photos", "it has one class, 'cat'. Expected one folder of images per class"],
    ["an empty class of two", "photos", "it has one class, 'cat'. Expected one folder of images per class"],
    [
      "no image that can be read",
      "photos",
      /none of its images can be used, such as .*\.png: it is a text file; expected JPEG/,
    ],
    ["images without folders", "photos", "it has 8 images and no folders of classes"],
    ["labels shorter than images", "digits", /100 labels.*120 images|120 images.*100 labels/],
    ["a truncated gz", "digits", /its gzip data are truncated/],
    ["a wrong magic number", "digits", "its magic number is 0x01020304. Expected 0x00000803"],
  ])("%s", async (what, of, message) => {
    const [copy, out] = [at("spoilt", what), at("out", what)];
    cpSync(at(of), copy, { recursive: true });
    spoil[what]?.(copy);
    expectRefusal(await inProcess(folder, ["train", copy, ...QUICK, "--out", out]), 1, message);
    expect(existsSync(out)).toBe(false);
  });
});

test("unreadable images are reported, and the others are trained on", async () => {
  const copy = at("some");
  await makePhotos(copy, { cat: 8, dog: 8 });
  writeFileSync(join(copy, "cat/truncated.png"), (await png(0, 0)).subarray(0, 100));
  writeFileSync(join(copy, "cat/text.jpg"), "no image");
  writeFileSync(join(copy, "dog/empty.png"), "");
  const { status, stderr } = await inProcess(folder, ["train", copy, ...QUICK, "--out", "runs/some"]);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Note: 3 images cannot be used and are left out: /m);
  for (const name of ["cat/truncated.png", "cat/text.jpg", "dog/empty.png"]) expect(stderr).toContain(name);
  const { data } = JSON.parse(readFileSync(at("runs/some/run.json"), "utf8"));
  expect(data.counts.train + data.counts.validation).toBe(16);
});

test("an image of 30,000 by 30,000 pixels is reported, and no memory is allocated for it", async () => {
  const copy = at("huge");
  await makePhotos(copy, { cat: 8, dog: 8 });
  writeFileSync(join(copy, "cat/huge.png"), blackPng(30_000));
  const { status, stderr } = await inProcess(folder, ["train", copy, ...QUICK, "--out", "runs/huge"]);
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/^Note: 1 image cannot be used and is left out: cat\/huge\.png \(.*30,?000/m);
});

/** A square of so many pixels of one bit. */
function blackPng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // One bit a pixel, grey.
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))), { level: 1 });
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

describe("places that cannot be written", () => {
  test("a file with the name of the run folder", async () => {
    writeFileSync(at("taken"), "");
    expectRefusal(
      await inProcess(folder, ["train", "digits", ...QUICK, "--out", "taken/run"]),
      1,
      /taken.*: a file is in the place of a folder/,
    );
  });

  test.skipIf(process.platform !== "linux")("a read-only file system", async () => {
    expectRefusal(
      await inProcess(folder, ["train", "digits", ...QUICK, "--out", "/proc/run"]),
      1,
      /^Error: \/proc\/run: /,
    );
    expectRefusal(
      await inProcess(folder, ["export", "runs/good", "--out", "/proc/x.onnx"]),
      1,
      /^Error: \/proc\/x\.onnx: /,
    );
  });

  test("a folder with a run in it, and a folder with other files", async () => {
    expectRefusal(
      await inProcess(folder, ["train", "digits", ...QUICK, "--out", "runs/good"]),
      1,
      "the folder contains a run",
    );
    expectRefusal(
      await inProcess(folder, ["train", "digits", ...QUICK, "--out", "photos"]),
      1,
      "the folder is not empty",
    );
  });
});
