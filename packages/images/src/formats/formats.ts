import { cifarFormat } from "./cifar/cifar-format.ts";
import { folderFormat } from "./folder/folder-format.ts";
import type { Format } from "./format.ts";
import { idxFormat } from "./idx/idx-format.ts";
import { numpyFormat } from "./numpy/numpy-format.ts";
import { parquetFormat } from "./parquet/parquet-format.ts";
import { stl10Format } from "./stl10/stl10-format.ts";
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
];
