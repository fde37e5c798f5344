import { cifarFormat } from "./cifar/cifar-format.ts";
import { folderFormat } from "./folder/folder-format.ts";
import type { Format } from "./format.ts";
import { idxFormat } from "./idx/idx-format.ts";
import { listFormat } from "./list/list-format.ts";
import { patternFormat } from "./name-pattern/pattern-format.ts";
import { numpyFormat } from "./numpy/numpy-format.ts";
import { parquetFormat } from "./parquet/parquet-format.ts";
import { stl10Format } from "./stl10/stl10-format.ts";
import { tableFormat } from "./table/table-format.ts";
import { tfrecordFormat } from "./tfrecord/tfrecord-format.ts";
import { webdatasetFormat } from "./webdataset/webdataset-format.ts";

/** All formats. Of those that label image files, an earlier one precedes a later one. */
export const formats: readonly Format[] = [
  idxFormat,
  cifarFormat,
  numpyFormat,
  parquetFormat,
  webdatasetFormat,
  tfrecordFormat,
  stl10Format,
  folderFormat,
  listFormat,
  tableFormat,
  patternFormat,
];
