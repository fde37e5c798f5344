import { describe, expect, test } from "vitest";
import { readSafetensors, type StoredTensor, writeSafetensors } from "../src/checkpoints/safetensors.ts";
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
      fc.property(
        tensors,
        fc.dictionary(
          fc.string().filter((key) => key !== "__proto__"),
          fc.string(),
        ),
        (given, metadata) => {
          const read = readSafetensors(bytesOf(writeSafetensors(given, metadata)), "a.safetensors");
          expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
          for (const [name, { shape, values }] of Object.entries(given)) {
            expect(read.tensors[name]?.shape).toEqual(shape);
            expect(Buffer.from((read.tensors[name] as StoredTensor).values.buffer)).toEqual(
              Buffer.from(values.buffer, values.byteOffset, values.byteLength),
            );
          }
        },
      ),
    );
  });

  test("a file that is cut anywhere is refused, by its name", () => {
    const whole = bytesOf(writeSafetensors({ weight: { shape: [3], values: Float32Array.of(1, 2, 3) } }));
    for (let length = 0; length < whole.length; length++) {
      expect(() => readSafetensors(whole.subarray(0, length), "cut.safetensors")).toThrow(
        /^cut\.safetensors: .*: expected a whole file in the safetensors format$/,
      );
    }
  });

  test.each([
    ["no JSON", '{"a":', "its header is not JSON"],
    ["a list", "3", "its header is not JSON"],
    ["an unknown type", '{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}', "tensor 'a' has the type F64"],
    [
      "a place outside",
      '{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}',
      "tensor 'a' lies outside of the file",
    ],
    ["a wrong size", '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}', "tensor 'a' lies outside of the file"],
    ["no place", '{"a":{"dtype":"F32","shape":[1]}}', "tensor 'a' has no place"],
  ])("a header with %s is refused", (_, header, problem) => {
    const json = new TextEncoder().encode(header);
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
    const file = bytesOf([length, json, new Uint8Array(8)]);
    expect(() => readSafetensors(file, "bad")).toThrow(
      `bad: ${problem}: expected a whole file in the safetensors format`,
    );
  });
});
