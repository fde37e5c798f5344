import { listFirst, plural } from "../text/lists.ts";
import { type Branch, ending, walk } from "./tree.ts";

/** Instructions for unsupported files, by ending. */
const REMEDIES: readonly (readonly [endings: RegExp, remedy: string])[] = [
  [/^\.(zip|tar|gz|tgz|zst|tzst|bz2|xz|7z|rar)$/, "Unpack the archives."],
  [
    /^\.(svg|psd|xcf|tga|pcx|ico|eps|dng|cr2|cr3|nef|arw|orf|rw2|raf|raw|exr|hdr|pfm|nii|nrrd|mha|svs|czi)$/,
    "Convert the images to JPEG or PNG.",
  ],
  [
    /^\.mat$/,
    `Convert MATLAB's files with Python: python3 -c "import numpy, scipy.io; m = scipy.io.loadmat('train.mat'); numpy.savez('train.npz', images=m['X'].transpose(3, 0, 1, 2), labels=m['y'])".`,
  ],
  [
    /^\.(h5|hdf5|he5)$/,
    `Convert HDF5 files with Python: python3 -c "import h5py, numpy; f = h5py.File('data.h5'); numpy.savez('data.npz', images=f['images'][:], labels=f['labels'][:])".`,
  ],
  [
    /^\.(pt|pth)$/,
    `Convert PyTorch's files with Python: python3 -c "import numpy, torch; x, y = torch.load('data.pt'); numpy.savez('data.npz', images=x, labels=y)".`,
  ],
  [
    /^\.(pkl|pickle|p)$/,
    `Pickles can run any program when they are opened. If you trust their source, convert them with Python: python3 -c "import numpy, pickle; d = pickle.load(open('data.pkl', 'rb'), encoding='latin1'); numpy.savez('data.npz', images=d['data'], labels=d['labels'])".`,
  ],
  [
    /^\.(arrow|feather)$/,
    `Convert Arrow files with Python: python3 -c "import datasets; datasets.Dataset.from_file('data.arrow').to_parquet('data.parquet')".`,
  ],
  [/^\.(lmdb|mdb)$/, "Export the images of the database as one folder per class, with Python's lmdb."],
  [/^\.(csv|tsv|jsonl|ndjson)$/, "A table of labels needs a column with the paths or names of the images."],
  [/^\.(xlsx?|ods)$/, "Save the table as CSV."],
];

/** The endings of unsupported images. */
const UNREAD_IMAGES = (REMEDIES[1] as (typeof REMEDIES)[number])[0];

/** Counts the files below a folder that are not images, by ending. */
export function endingsBelow(branch: Branch): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tree } of walk(branch)) {
    for (const name of tree.others) counts.set(ending(name), (counts.get(ending(name)) ?? 0) + 1);
  }
  return counts;
}

/** True if there are images of unsupported formats. */
export const hasUnreadImages = (endings: ReadonlyMap<string, number>): boolean =>
  [...endings.keys()].some((name) => UNREAD_IMAGES.test(name));

/** Lists the counts of endings, the most frequent first: "12 .heic, 3 .csv". */
export function listEndings(endings: ReadonlyMap<string, number>): string {
  const sorted = [...endings].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return listFirst(
    sorted.map(([name, count]) => (name === "" ? `${plural(count, "file")} without an ending` : `${count} ${name}`)),
    8,
  );
}

/** Returns instructions for files that are not images, each ending with a space. */
export function remediesFor(endings: ReadonlyMap<string, number>): string {
  return REMEDIES.filter(([pattern]) => [...endings.keys()].some((name) => pattern.test(name)))
    .map(([, remedy]) => `${remedy} `)
    .join("");
}
