import type { AsyncBuffer, Compressors, FileMetaData } from "hyparquet";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";

/** A Parquet file: its metadata, and a function that reads rows of some columns. */
export interface ParquetFile {
  /** The path within the data. */
  readonly file: string;
  readonly path: string;
  readonly metadata: FileMetaData;
  /** Reads the rows of a group of rows. */
  rows(columns: readonly string[], from: number, to: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** The maximum size of a group of rows when it is unpacked. Hugging Face writes at most some hundred MB. */
const LARGEST_GROUP = 2 ** 32;

/** Opens a Parquet file. @throws DataError for another file, or a damaged one */
export async function openParquet(files: Files, file: string): Promise<ParquetFile> {
  const path = pathIn(files, file);
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors") as Promise<{ readonly compressors: Compressors }>,
  ]);
  const source: AsyncBuffer = {
    byteLength: files.sizeOf(file),
    slice(start, end = source.byteLength) {
      const read = files
        .slice(file, start, end)
        .then(({ buffer, byteOffset, byteLength }) => buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
      // The reader requests several columns at once, and waits for no other after the first failure.
      read.catch(() => {});
      return read;
    },
  };
  const attempt = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (error instanceof DataError) throw error;
      throw new DataError(
        `${path}: it cannot be read as a Parquet file: ${(error as Error).message}. Download the file again, or write it with another program.`,
      );
    }
  };
  const metadata = await attempt(() => parquetMetadataAsync(source, { geoparquet: false }));
  if (!metadata.schema.every(({ name }) => typeof name === "string")) {
    throw new DataError(`${path}: it cannot be read as a Parquet file: a column has no name. Download the file again.`);
  }
  for (const { columns, total_byte_size } of metadata.row_groups) {
    const codec = columns
      .map(({ meta_data }) => meta_data?.codec ?? "UNCOMPRESSED")
      .find((name) => !isKnown(name, compressors));
    if (codec !== undefined) {
      throw new DataError(
        `${path}: it is compressed by ${codec}. Expected ${["none", ...Object.keys(compressors).map((name) => name.toLowerCase())].join(", ")}. Write the file again: pyarrow.parquet.write_table(table, "data.parquet", compression="zstd").`,
      );
    }
    if (Number(total_byte_size) > LARGEST_GROUP) {
      throw new DataError(
        `${path}: a group of its rows has ${total_byte_size} bytes. Expected at most ${LARGEST_GROUP}. Write the file again with row_group_size=1000.`,
      );
    }
  }
  return {
    file,
    path,
    metadata,
    rows: (columns, rowStart, rowEnd) =>
      attempt(() =>
        parquetReadObjects({
          file: source,
          metadata,
          columns: [...columns],
          rowStart,
          rowEnd,
          compressors,
          // Bytes without an annotation are images.
          utf8: false,
          geoparquet: false,
        }),
      ),
  };
}

const isKnown = (codec: string, compressors: Compressors): boolean =>
  codec === "UNCOMPRESSED" || Object.hasOwn(compressors, codec);
