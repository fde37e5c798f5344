import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNetwork, defineModel, layers, ops } from "@downhill/graph";
import { adam } from "@downhill/optim";
import { afterAll, describe, expect, test } from "vitest";
import { writeCheckpoint } from "../src/checkpoints/checkpoint.ts";
import { loadWeights, saveWeights } from "../src/checkpoints/load-weights.ts";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../src/checkpoints/safetensors.ts";
import { TrainError } from "../src/error.ts";
import { copyWeights } from "../src/training/checkpoint.ts";
import { smallModel } from "./own-loop.ts";

const root = mkdtempSync(join(tmpdir(), "downhill-weights-"));
afterAll(() => rmSync(root, { recursive: true }));
const file = join(root, "net.safetensors");
const golden = fileURLToPath(new URL("fixtures/weights.safetensors", import.meta.url));
const { tensors: torch } = readSafetensors(readFileSync(golden), golden);
const floats = (name: string): Float32Array => torch[name]?.values as Float32Array;

const write = (tensors: Record<string, StoredTensor>): void =>
  writeFileSync(file, Buffer.concat(writeSafetensors(tensors)));

/** Writes a file with tensors of zeros, of any type of the format. */
function writeTypes(types: Record<string, readonly [dtype: string, bits: number, shape: readonly number[]]>): void {
  let end = 0;
  const entries = Object.entries(types).map(([name, [dtype, bits, shape]]) => {
    const begin = end;
    end += (bits / 8) * shape.reduce((a, b) => a * b, 1);
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(file, Buffer.concat([length, json, Buffer.alloc(end)]));
}

describe("data types of PyTorch's files", () => {
  test.each(["f16", "bf16", "f64", "i64", "i32", "i16", "i8", "u8", "bool"])("%s has PyTorch's values", (type) => {
    const values = torch[type]?.values as Float32Array;
    expect(Float32Array.from(values, Number)).toEqual(floats(`${type}.f32`));
  });

  test("every array of numbers is written and read with its type", () => {
    const arrays = [
      Float64Array.of(0.1),
      Int8Array.of(-1),
      Uint8Array.of(255),
      Int16Array.of(-300),
      Uint16Array.of(65535),
    ];
    const more = [
      Uint32Array.of(2 ** 32 - 1),
      BigInt64Array.of(-(2n ** 62n)),
      BigUint64Array.of(2n ** 63n),
      Int32Array.of(5),
    ];
    const given = Object.fromEntries([...arrays, ...more].map((values, i) => [`t${i}`, { shape: [1], values }]));
    write(given);
    expect(readSafetensors(readFileSync(file), file).tensors).toEqual(given);
    expect(() => write({ a: { shape: [1], values: new DataView(new ArrayBuffer(1)) as never } })).toThrow("tensor 'a'");
  });

  test("a type that is not read is named when its tensor is needed, and not before", async () => {
    writeTypes({ "fc.bias": ["F8_E4M3", 8, [3]], scale: ["C64", 64, [1]], "norm.bias": ["F32", 32, [4]] });
    const network = createNetwork(smallModel());
    await expect(loadWeights(network, file, { partial: true })).rejects.toThrow(
      "net.safetensors: tensor 'fc.bias' has the type F8_E4M3, which this release does not read. Convert it to F32, F16 or BF16.",
    );
    const { loaded, unexpected } = await loadWeights(network, file, { partial: true, ignore: "fc.bias" });
    expect([loaded, unexpected]).toEqual([["norm.bias"], ["scale"]]);
  });
});

describe("loadWeights", () => {
  const layer = () =>
    createNetwork(
      defineModel("layer", [1, 5, 5], 2, (scope, x) =>
        ops.globalAveragePool(
          layers.batchNorm(scope, "norm", layers.conv2d(scope, "conv", x, 2, { kernel: 3, bias: false })),
        ),
      ),
      { seed: 1 },
    );
  /** Names of the tensors that the golden file has besides those of the layer. */
  const ignore = /^[a-z0-9]+(\.f32)?$/;

  test("a file of PyTorch with a prefix, half precision and num_batches_tracked", async () => {
    const network = layer();
    const before = copyWeights(network);
    await expect(loadWeights(network, golden, { ignore })).rejects.toThrow(
      /weights\.safetensors: no tensor fits the model 'layer': it lacks 'conv\.weight'.* Remove the prefix with rename: \(name\) => name\.replace\(\/\^module\\\.\/, ""\)\.$/,
    );
    expect(copyWeights(network)).toEqual(before);
    const rename = (name: string): string => name.replace(/^module\./, "");
    const result = await loadWeights(network, golden, { rename, ignore });
    const names = ["conv.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"];
    expect([...result.loaded].sort()).toEqual([...names].sort());
    expect(result.ignored).toContain("norm.num_batches_tracked");
    expect([result.missing, result.unexpected, result.mismatched]).toEqual([[], [], []]);
    for (const name of names) expect(copyWeights(network)[name]).toEqual(floats(`module.${name}`));
  });

  test("what saveWeights wrote returns bit for bit, and a damaged file is refused", async () => {
    const [one, two] = [createNetwork(smallModel(), { seed: 1 }), createNetwork(smallModel(), { seed: 2 })];
    await saveWeights(one, file);
    const { loaded } = await loadWeights(two, file);
    expect(loaded).toHaveLength(7);
    expect(copyWeights(two)).toEqual(copyWeights(one));
    const whole = readFileSync(file);
    whole[whole.length - 1] = (whole[whole.length - 1] as number) ^ 1;
    writeFileSync(file, whole);
    await expect(loadWeights(two, file)).rejects.toThrow(
      "the hash of its contents differs, so the file was damaged or edited. Restore",
    );
    truncateSync(file, 200);
    await expect(loadWeights(two, file)).rejects.toThrow("Expected a complete file in the safetensors format.");
    await expect(loadWeights(two, join(root, "none"))).rejects.toThrow(
      "none: there is no such file or folder. Check the path.",
    );
    await expect(saveWeights(two, join(root, "no", "a"))).rejects.toThrow("Create it, or choose another file.");
  });

  test("the weights of a checkpoint, without its optimizer", async () => {
    const [one, two] = [createNetwork(smallModel(), { seed: 1 }), createNetwork(smallModel(), { seed: 2 })];
    const updater = adam().bind(one.parameters);
    await writeCheckpoint(file, { network: one, updater, extra: { order: Int32Array.of(1) } });
    await loadWeights(two, file);
    expect(copyWeights(two)).toEqual(copyWeights(one));
    // One of several networks has the name of its part before its tensors.
    const critic = createNetwork(smallModel(), { seed: 3 });
    await writeCheckpoint(file, { network: { one, critic } });
    await loadWeights(two, file, { rename: (name) => name.replace("networks/critic/", "") });
    expect(copyWeights(two)).toEqual(copyWeights(critic));
  });

  test("a body for other classes: ignore keeps the last layer, partial also skips other shapes", async () => {
    const ten = createNetwork(smallModel("ten", 10), { seed: 1 });
    await saveWeights(ten, file);
    const three = createNetwork(smallModel("three", 3), { seed: 2 });
    const before = copyWeights(three);
    await expect(loadWeights(three, file)).rejects.toThrow(
      "net.safetensors: the weights do not fit the model 'three': 'fc.weight' is [10, 64] instead of [3, 64], 'fc.bias' is [10] instead of [3]. Set partial: true to load the rest, leave tensors out with ignore, or map the names with rename.",
    );
    expect(copyWeights(three)).toEqual(before);
    const ignored = await loadWeights(three, file, { ignore: /^fc\./ });
    expect(ignored).toMatchObject({ ignored: ["fc.weight", "fc.bias"], missing: [], unexpected: [], mismatched: [] });
    const expected = { ...copyWeights(ten), "fc.weight": before["fc.weight"], "fc.bias": before["fc.bias"] };
    expect(copyWeights(three)).toEqual(expected);
    const partial = await loadWeights(three, file, { partial: true, rename: { "conv.weight": "first.weight" } });
    expect(partial).toMatchObject({
      missing: ["conv.weight"],
      unexpected: ["first.weight"],
      mismatched: [
        { name: "fc.weight", found: [10, 64], expected: [3, 64] },
        { name: "fc.bias", found: [10], expected: [3] },
      ],
    });
    expect(copyWeights(three)).toEqual(expected);
    await expect(loadWeights(three, file, { partial: true, rename: (name) => `x.${name}` })).rejects.toThrow(
      "no tensor fits",
    );
    await expect(loadWeights(three, file, { rename: () => "conv.weight" })).rejects.toThrow(
      "rename gives two tensors the name 'conv.weight'",
    );
  });

  test("integers are no weights, but buffers take those that float32 holds", async () => {
    const network = createNetwork(smallModel());
    for (const [dtype, bits] of [
      ["I64", 64],
      ["I32", 32],
      ["U8", 8],
      ["BOOL", 8],
    ] as const) {
      writeTypes({ "fc.bias": [dtype, bits, [3]] });
      await expect(loadWeights(network, file, { partial: true })).rejects.toThrow(TrainError);
      await expect(loadWeights(network, file, { partial: true })).rejects.toThrow(
        `net.safetensors: tensor 'fc.bias': type ${dtype} is not a weight. Expected F32, F64, F16 or BF16.`,
      );
    }
    const running = (values: StoredTensor["values"]) => write({ "norm.running_var": { shape: [4], values } });
    running(BigInt64Array.of(1n, -2n, 2n ** 24n, 0n));
    await loadWeights(network, file, { partial: true });
    expect(network.buffers["norm.running_var"]).toEqual(Float32Array.of(1, -2, 2 ** 24, 0));
    for (const values of [BigInt64Array.of(1n, 2n ** 24n + 1n, 0n, 0n), Float64Array.of(1, 1e39, 0, 0)]) {
      running(values);
      await expect(loadWeights(network, file, { partial: true })).rejects.toThrow(
        `tensor 'norm.running_var': the value ${values[1]} at index 1 does not fit into float32. Convert the file.`,
      );
    }
    running(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, 1e-320, -0));
    await loadWeights(network, file, { partial: true });
    expect(network.buffers["norm.running_var"]).toEqual(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 0, -0));
  });
});
