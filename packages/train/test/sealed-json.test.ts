import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { TrainError } from "../src/error.ts";
import { readSealedJson, sealJson } from "../src/files/sealed-json.ts";
import { fc } from "./property.ts";

const root = mkdtempSync(join(tmpdir(), "downhill-sealed-"));
afterAll(() => rmSync(root, { recursive: true }));
const path = join(root, "file.json");
const schema = z.looseObject({ version: z.literal(1), counts: z.looseObject({ train: z.number() }) });
const contents = { version: 1, counts: { train: 3 }, names: ["é", "constructor"], more: { "2": 0.1, a: null } };

function read(text: string | Uint8Array): unknown {
  writeFileSync(path, text);
  return readSealedJson(path, schema, [{ act: "restore it" }]);
}

describe("a JSON file of ours", () => {
  test("is read as it was written, also where its spaces were changed, and without the checksum of newer releases", () => {
    expect(read(sealJson(contents))).toEqual(contents);
    expect(read(sealJson(contents, 2))).toEqual(contents);
    expect(read(JSON.stringify(JSON.parse(sealJson(contents)), null, 7))).toEqual(contents);
    expect(read(JSON.stringify(contents))).toEqual(contents);
  });

  test("is null where it is not there", () => {
    expect(readSealedJson(join(root, "nowhere.json"), schema)).toBeNull();
  });

  test("any object is read as it was written", () => {
    // As JSON has it: no -0, and no key that changes what an object is.
    const values = fc.json().filter((text) => !text.includes("__proto__"));
    fc.assert(
      fc.property(values, (text) => {
        const object = { version: 1, counts: { train: 1 }, value: JSON.parse(text) };
        expect(read(sealJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });

  const whole = sealJson(contents);

  test("is refused wherever it is cut", () => {
    // The last byte is the end of the line.
    for (let length = 0; length < whole.length - 1; length++) {
      expect(() => read(whole.slice(0, length))).toThrow(
        /^.*file\.json: .*\. Expected a file as Downhill wrote it\. Restore it\.$/,
      );
    }
  });

  test("is refused where a bit of its contents is flipped", () => {
    const end = whole.indexOf('"checksum"');
    for (let bit = 0; bit < 8 * end; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => read(bytes)).toThrow(TrainError);
    }
  });

  test.each([
    ["null", "the file is not a JSON object"],
    ["[]", "the file is not a JSON object"],
    ["3", "the file is not a JSON object"],
    [" \n", "the file is empty"],
    [whole.replace("3", "4"), "the checksum differs"],
    ['{"version":2}', "the version is 2, and this release reads version 1"],
    ['{"version":1}', "counts: expected object, found nothing"],
    ['{"version":1,"counts":null}', "counts: expected object, received null"],
    ['{"version":1,"counts":{"train":"3"}}', "counts.train: expected number, received string"],
    ['{"version":1,"counts":{"train":3,"__proto__":{}}}', "the file has a key __proto__"],
    [`{"version":1,"counts":{"train":3},"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`, "too many nested brackets"],
  ])("is refused where it is %s", (text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });
});
