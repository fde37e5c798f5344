import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import type { PartName } from "../data-set/parts.ts";
import { imageFile } from "./image-file.ts";
import type { DataSetWriter } from "./writer.ts";

/** The number of rows, and of bytes, after which a row group is written. */
const GROUP_ROWS = 1000;
const GROUP_BYTES = 2 ** 26;
/** The number of bytes after which a file is complete, as Hugging Face cuts files. */
const FILE_BYTES = 5e8;

/** The columns of Hugging Face's image data sets. */
const SCHEMA: SchemaElement[] = [
  { name: "root", num_children: 2 },
  { name: "image", num_children: 2, repetition_type: "OPTIONAL" },
  { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
  { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
  { name: "label", type: "INT64", repetition_type: "OPTIONAL" },
];

interface Row {
  readonly image: { readonly bytes: Uint8Array; readonly path: string };
  readonly label: bigint;
}

interface OpenFile {
  readonly part: PartName;
  readonly path: string;
  readonly writer: ParquetWriter;
  bytes: number;
}

/**
 * Returns a writer of Parquet files as Hugging Face's `datasets` writes them: `train-00000-of-00002.parquet` with the columns
 * `image` (bytes and path) and `label`, and the class names in the file's metadata.
 */
export function writeParquet(target: string, classNames: readonly string[]): DataSetWriter {
  mkdirSync(target, { recursive: true });
  const features = { image: { _type: "Image" }, label: { names: classNames, _type: "ClassLabel" } };
  const kvMetadata = [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }];
  const complete: OpenFile[] = [];
  let file: OpenFile | null = null;
  let [rows, bytes]: [Row[], number] = [[], 0];

  const flush = async (): Promise<void> => {
    if (rows.length === 0) return;
    const columnData = [
      { name: "image", data: rows.map(({ image }) => image) },
      { name: "label", data: rows.map(({ label }) => label) },
    ];
    await file?.writer.write({ columnData, rowGroupSize: rows.length });
    [rows, bytes] = [[], 0];
  };
  const close = async (): Promise<void> => {
    if (!file) return;
    await flush();
    await file.writer.finish();
    complete.push(file);
    file = null;
  };
  const open = (part: PartName): OpenFile => {
    const path = join(target, `${part}-${complete.length}`);
    // JPEG and PNG files are compressed already.
    const writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: SCHEMA,
      codec: "UNCOMPRESSED",
      statistics: false,
      kvMetadata,
    });
    return { part, path, writer, bytes: 0 };
  };
  return {
    async add(image) {
      const { bytes: content, ending } = await imageFile(image);
      if (file && (file.part !== image.part || file.bytes > FILE_BYTES)) await close();
      file ??= open(image.part);
      const path = image.content.kind === "file" ? image.name : `${image.name}${ending}`;
      rows.push({ image: { bytes: content, path }, label: BigInt(image.label) });
      bytes += content.length;
      file.bytes += content.length;
      if (rows.length === GROUP_ROWS || bytes > GROUP_BYTES) await flush();
    },
    async finish() {
      await close();
      const five = (number: number): string => String(number).padStart(5, "0");
      for (const { part, path } of complete) {
        const same = complete.filter((other) => other.part === part);
        const number = same.findIndex((other) => other.path === path);
        renameSync(path, join(target, `${part}-${five(number)}-of-${five(same.length)}.parquet`));
      }
      return [];
    },
  };
}
