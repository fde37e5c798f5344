import { basename } from "node:path";
import { DataError } from "../../error.ts";
import { pathIn } from "../../files/files.ts";
import type { Format } from "../format.ts";
import { checkWholeFolder, type Home, homesIn } from "../homes.ts";
import { cifarTitle, isCifarHome, readCifarFolder } from "./read-cifar.ts";

/** The binary files of CIFAR-10 and CIFAR-100. */
export const cifarFormat: Format = {
  name: "cifar",
  options: [],
  labelsImageFiles: false,
  async find(files, _, context) {
    checkWholeFolder(files, isCifarName);
    const [own, ...inner] = homesIn(files.root, isCifarName) as [Home, ...Home[]];
    const python = [own, ...inner].find(isPythonHome);
    if (python && !isCifarHome(own)) {
      throw new DataError(
        `${pathIn(files, python.path)}: these are CIFAR's files for Python. Expected the binary version, such as data_batch_1.bin. Download that version, use cifar10 or cifar100 as the data, or convert each file with Python: python3 -c "import numpy, pickle; d = pickle.load(open('test_batch', 'rb'), encoding='latin1'); numpy.savez('test.npz', images=d['data'].reshape(-1, 3, 32, 32), labels=d['labels'])".`,
      );
    }
    const homes = [...[own].filter(isCifarHome), ...inner.filter(isWholeCifar)];
    return homes.map((home) => ({
      format: "cifar",
      home: home.path,
      description: `${cifarTitle(home)}'s binary files`,
      reason: `It has files that are named like those of ${cifarTitle(home)}.`,
      choice: { dataFormat: "cifar" },
      load: () => readCifarFolder(files, home, context),
    }));
  },
};

const isCifarName = (name: string): boolean => /^(?:data_batch_\d+|test_batch|train|test)\.bin$/.test(name);

/** True for a complete data set: a file train.bin alone may be anything. */
const isWholeCifar = (home: Home): boolean =>
  isCifarHome(home) && home.files.some((file) => /^(?:data_batch_1|test)\.bin$/.test(basename(file)));

const isPythonHome = ({ files }: Home): boolean =>
  files.includes("data_batch_1") || ["train", "test", "meta", "file.txt~"].every((name) => files.includes(name));
