/** The names of the formats that data come in. */
export const FORMAT_NAMES = [
  "folder",
  "table",
  "list",
  "name-pattern",
  "idx",
  "cifar",
  "numpy",
  "parquet",
  "webdataset",
  "tfrecord",
  "stl10",
] as const;

/** The name of a format that data come in. */
export type FormatName = (typeof FORMAT_NAMES)[number];
