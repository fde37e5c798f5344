import type { SchemaTree } from "hyparquet";
import type { DataOptions } from "../../data-set/options.ts";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import type { FilesByPart } from "../file-groups.ts";
import type { EncodedImages, ReadContext } from "../format.ts";
import type { NamedLabels } from "../numbered-classes.ts";
import { readSamples, type Sample } from "../sample-store.ts";
import { openParquet, type ParquetFile } from "./open-parquet.ts";
import { chooseColumns, type ParquetColumns } from "./parquet-columns.ts";

/** Returns the columns of images and labels of a file. @throws DataError if there are none */
export async function columnsIn(parquet: ParquetFile, options: DataOptions): Promise<ParquetColumns> {
  const { parquetSchema } = await import("hyparquet");
  const columns: readonly SchemaTree[] = parquetSchema(parquet.metadata).children;
  return chooseColumns(parquet.path, parquet.metadata, columns, options);
}

/** Reads the images and labels of Parquet files, one group of rows after the other. */
export const readParquet = (
  files: Files,
  home: string,
  { parts }: FilesByPart,
  options: DataOptions,
  context: ReadContext,
  findings: readonly string[],
): Promise<EncodedImages> =>
  readSamples(context, async (store) => {
    let named: NamedLabels | null = null;
    for (const [part, inPart] of parts) {
      for (const file of inPart) {
        const parquet = await openParquet(files, file);
        const columns = await columnsIn(parquet, options);
        named = sameNames(named, parquet, columns);
        await store.add(part, samplesOf(parquet, columns));
      }
    }
    return store.finish(pathIn(files, home), named, findings);
  });

/** Returns the class names of all files so far. @throws DataError if those of a file differ */
function sameNames(
  named: NamedLabels | null,
  { path }: ParquetFile,
  { classNames }: ParquetColumns,
): NamedLabels | null {
  if (!classNames || !named) return named ?? (classNames ? { names: classNames, path } : null);
  if (String(classNames) === String(named.names)) return named;
  throw new DataError(
    `${path}: its class names differ from those of ${named.path}. Expected the same classes in all files. Use the files of one data set.`,
  );
}

async function* samplesOf(parquet: ParquetFile, { image, label }: ParquetColumns): AsyncGenerator<Sample> {
  let from = 0;
  for (const group of parquet.metadata.row_groups) {
    const to = from + Number(group.num_rows);
    const rows = await parquet.rows([image, label], from, to);
    for (const [i, row] of rows.entries()) {
      const name = `${parquet.file}, row ${from + i}`;
      const place = `${parquet.path}, row ${from + i}`;
      yield { name, label: labelOf(place, label, row[label]), bytes: bytesOf(place, image, row[image]) };
    }
    from = to;
  }
}

function bytesOf(place: string, column: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const { bytes, path } = (typeof value === "object" && value !== null ? value : {}) as {
    bytes?: unknown;
    path?: unknown;
  };
  if (bytes instanceof Uint8Array) return bytes;
  const found = typeof value === "string" ? value : path;
  const is =
    typeof found === "string" && found !== ""
      ? `has only the path ${JSON.stringify(found.slice(0, 200))}`
      : value === null || value === undefined
        ? "is empty"
        : `is ${Array.isArray(value) ? "a list of numbers" : `a ${typeof value}`}`;
  throw new DataError(
    `${place}: its column '${column}' ${is}. Expected the bytes of an image file. Write the images into the file: dataset.cast_column("${column}", datasets.Image()) and dataset.to_parquet("data.parquet", embed_external_files=True).`,
  );
}

/** Returns a label; null for none. Hugging Face writes -1 for images of a test part whose labels are secret. */
function labelOf(place: string, column: string, value: unknown): number | string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  const number = typeof value === "boolean" || typeof value === "bigint" ? Number(value) : value;
  if (number === -1) return null;
  if (typeof number === "number" && Number.isInteger(number) && number >= 0 && number < 2 ** 31) return number;
  const is = Array.isArray(value)
    ? `a list of ${value.length}`
    : typeof number === "number"
      ? String(number)
      : `a ${typeof value}`;
  throw new DataError(
    `${place}: its column '${column}' is ${is}. Expected a text or a whole number of at least 0 as the label of an image. Choose another column, or one class per image.`,
  );
}
