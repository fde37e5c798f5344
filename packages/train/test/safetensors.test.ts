import { describe, expect, test } from "vitest";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../src/checkpoints/safetensors.ts";
import { TrainError } from "../src/error.ts";
import { fc } from "./property.ts";

const bytesOf = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const tensors = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== "__metadata__" && name !== "__proto__"),
  fc.oneof(
    fc.float32Array({ maxLength: 20 }).map((values): StoredTensor => ({ shape: [values.length], values })),
    fc.int32Array({ minLength: 6, maxLength: 6 }).map((values): StoredTensor => ({ shape: [2, 3], values })),
  ),
);

describe("safetensors", () => {
  test("the layout is the format's: eight bytes of length, JSON, numbers in little-endian order", () => {
    const file = bytesOf(writeSafetensors({ w: { shape: [2], values: Float32Array.of(1, -2) } }, { made: "here" }));
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))).toEqual({
      __metadata__: { made: "here" },
      w: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
    });
    expect(length % 8).toBe(0);
    expect([...file.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 192]);
  });

  test("a Buffer, as files are read, is read the same", () => {
    const parts = writeSafetensors({ w: { shape: [2], values: Float32Array.of(1, -2) } });
    expect(readSafetensors(Buffer.concat(parts), "a.safetensors").tensors.w?.values).toEqual(Float32Array.of(1, -2));
  });

  test("what is written is read again, bit for bit", () => {
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (given, metadata) => {
        const read = readSafetensors(bytesOf(writeSafetensors(given, metadata)), "a.safetensors");
        expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
        for (const [name, { shape, values }] of Object.entries(given)) {
          expect(read.tensors[name]?.shape).toEqual(shape);
          expect(Buffer.from((read.tensors[name] as StoredTensor).values.buffer)).toEqual(
            Buffer.from(values.buffer, values.byteOffset, values.byteLength),
          );
        }
      }),
    );
  });

  test("a file that is cut anywhere is refused, by its name", () => {
    const whole = bytesOf(writeSafetensors({ weight: { shape: [3], values: Float32Array.of(1, 2, 3) } }));
    for (let length = 0; length < whole.length; length++) {
      expect(() => readSafetensors(whole.subarray(0, length), "cut.safetensors")).toThrow(
        /^cut\.safetensors: .*\. Expected a complete file in the safetensors format\.$/,
      );
    }
  });

  test("names that objects have by themselves are names like others", () => {
    const given: Record<string, StoredTensor> = Object.fromEntries(
      ["constructor", "toString", "hasOwnProperty", ""].map((name, i) => [
        name,
        { shape: [1], values: Float32Array.of(i) },
      ]),
    );
    const { tensors: read } = readSafetensors(bytesOf(writeSafetensors(given)), "a.safetensors");
    expect(Object.entries(read)).toEqual(Object.entries(given));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  test.each<[what: string, tensors: Record<string, StoredTensor>, problem: string]>([
    [
      "the name of the metadata",
      { __metadata__: { shape: [1], values: Float32Array.of(1) } },
      "tensor name __metadata__: the format reserves it",
    ],
    [
      "the name __proto__",
      Object.fromEntries([["__proto__", { shape: [1], values: Float32Array.of(1) }]]),
      "tensor name __proto__: readers reject it",
    ],
    ["a wrong shape", { a: { shape: [2], values: Float32Array.of(1) } }, "tensor 'a': 1 values. Expected 2"],
  ])("a tensor with %s is not written", (_, given, problem) => {
    expect(() => writeSafetensors(given)).toThrow(problem);
  });

  const entry = (fields: object): string =>
    JSON.stringify({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...fields } });
  const half = '"dtype":"F32","shape":[1]';

  test.each([
    ["no JSON", '{"a":', "its header is not a JSON object"],
    ["a number", "3", "its header is not a JSON object"],
    ["a list", "[]", "its header is not a JSON object"],
    ["null", "null", "its header is not a JSON object"],
    ["a space before it", ` ${entry({})}`, "its header is not a JSON object"],
    ["a byte order mark", `\ufeff${entry({})}`, "its header is not a JSON object"],
    ["ten thousand brackets", "[".repeat(10_000), "its header is not a JSON object"],
    ["a tensor of null", '{"a":null}', "tensor 'a' lacks a valid dtype, shape or data_offsets"],
    ["a tensor of a number", '{"a":1}', "tensor 'a' lacks a valid dtype"],
    ["no offsets", `{"a":{${half}}}`, "tensor 'a' lacks a valid dtype"],
    ["offsets of an object", entry({ data_offsets: {} }), "tensor 'a' lacks a valid dtype"],
    ["offsets of a number", entry({ data_offsets: 5 }), "tensor 'a' lacks a valid dtype"],
    ["one offset", entry({ data_offsets: [0] }), "tensor 'a' lacks a valid dtype"],
    ["three offsets", entry({ data_offsets: [0, 8, 8] }), "tensor 'a' lacks a valid dtype"],
    ["offsets of texts", entry({ data_offsets: ["0", "8"] }), "tensor 'a' lacks a valid dtype"],
    ["a negative offset", entry({ data_offsets: [-8, 0] }), "tensor 'a' lacks a valid dtype"],
    ["offsets backwards", entry({ data_offsets: [8, 0] }), "has -8 bytes"],
    ["a shape of a text", entry({ shape: "2" }), "tensor 'a' lacks a valid dtype"],
    ["a negative shape", entry({ shape: [-2, -1] }), "tensor 'a' lacks a valid dtype"],
    ["a shape of -0", '{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}', "tensor 'a' lacks a valid dtype"],
    ["a broken shape", entry({ shape: [0.5, 4] }), "tensor 'a' lacks a valid dtype"],
    ["a huge shape", entry({ shape: [1e300, 1e300] }), "tensor 'a' lacks a valid dtype"],
    ["a shape beyond all numbers", entry({ shape: [2 ** 53 - 1, 2 ** 53 - 1] }), "has 8 bytes"],
    ["a shape of another size", entry({ shape: [3] }), "tensor 'a' of shape [3] and type F32 has 8 bytes"],
    ["a type of null", entry({ dtype: null }), "tensor 'a' lacks a valid dtype"],
    ["an unknown type", entry({ dtype: "F7" }), "tensor 'a' has the unknown type 'F7'"],
    ["a type that objects have", entry({ dtype: "toString" }), "tensor 'a' has the unknown type 'toString'"],
    [
      "a name __proto__",
      '{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
      "a tensor is named __proto__",
    ],
    ["a type __proto__", entry({ dtype: "__proto__" }), "tensor 'a' has the unknown type '__proto__'"],
    [
      "bytes after the last tensor",
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      "8 bytes of data instead of 4",
    ],
    ["a gap", `{"a":{${half},"data_offsets":[4,8]}}`, "tensor 'a' starts at byte 4 of the data instead of byte 0"],
    [
      "an overlap",
      `{"a":{${half},"data_offsets":[0,4]},"b":{${half},"data_offsets":[2,6]},"c":{${half},"data_offsets":[4,8]}}`,
      "tensor 'b' starts at byte 2 of the data instead of byte 4",
    ],
    [
      "a place outside of the file",
      entry({ shape: [9], data_offsets: [0, 36] }),
      "it has 8 bytes of data instead of 36",
    ],
    [
      "a name twice",
      `{"a":{${half},"data_offsets":[0,4]},"a":{${half},"data_offsets":[4,8]}}`,
      "its header has a duplicate key",
    ],
    ["a key of a tensor twice", `{"a":{${half},"shape":[2],"data_offsets":[0,8]}}`, "its header has a duplicate key"],
    [
      "metadata of null",
      entry({}).replace("{", '{"__metadata__":null,'),
      "its __metadata__ is not an object of strings",
    ],
    ["metadata with a number", entry({}).replace("{", '{"__metadata__":{"x":1},'), "its __metadata__ is not"],
    ["metadata of a list", entry({}).replace("{", '{"__metadata__":["x"],'), "its __metadata__ is not"],
  ])("a header with %s is refused", (_, header, problem) => {
    expect(() => readSafetensors(fileOf(header), "bad")).toThrow(TrainError);
    expect(() => readSafetensors(fileOf(header), "bad")).toThrow(problem);
    expect(() => readSafetensors(fileOf(header), "bad")).toThrow(
      /^bad: .*\. Expected a complete file in the safetensors format\.$/,
    );
  });

  test.each([
    ["spaces after it", `${entry({})}      `],
    ["a colon and a quote in a name", entry({}).replace('"a"', '"a\\":b\\\\"')],
    ["keys that the format does not know", entry({ note: { more: [1] } })],
    ["no metadata", entry({})],
  ])("a header with %s is read", (_, header) => {
    expect(Object.values(readSafetensors(fileOf(header), "good").tensors)).toEqual([
      { shape: [2], values: new Float32Array(2) },
    ]);
  });

  test("a type that this program does not read is named", () => {
    expect(() => readSafetensors(fileOf(entry({ dtype: "F8_E4M3", shape: [8] })), "bad")).toThrow(
      "bad: tensor 'a' has the type F8_E4M3, which this release does not read. Convert it to F32, F16 or BF16.",
    );
  });

  test("a header of more than 100 MB is refused before it is read", () => {
    const file = new Uint8Array(16);
    new DataView(file.buffer).setBigUint64(0, 100_000_001n, true);
    expect(() => readSafetensors(file, "bad")).toThrow("its header is longer than 100000000 bytes");
  });

  test("a changed byte gives an error for users, or a file that is whole: written again it has the same tensors", () => {
    const whole = bytesOf(
      writeSafetensors(
        {
          weight: { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) },
          order: { shape: [3], values: Int32Array.of(2, 0, 1) },
        },
        { format: "pt" },
      ),
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const file = whole.slice();
        file[at] = (file[at] as number) ^ change;
        let read: ReturnType<typeof readSafetensors>;
        try {
          read = readSafetensors(file, "bad");
        } catch (error) {
          expect(error).toBeInstanceOf(TrainError);
          return;
        }
        const again = readSafetensors(bytesOf(writeSafetensors(read.tensors, read.metadata)), "again");
        expect(again).toEqual(read);
        // A changed type may be one of fewer bytes, whose numbers become float32.
        const bytes = Object.values(read.tensors).reduce((sum, { values }) => sum + values.byteLength, 0);
        expect(bytes).toBeGreaterThanOrEqual(28);
      }),
      { numRuns: 2000 },
    );
  });
});

/** A file with a header and eight bytes of numbers. */
function fileOf(header: string): Uint8Array {
  const json = new TextEncoder().encode(header);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return bytesOf([length, json, new Uint8Array(8)]);
}
