import { wordsOf } from "../folder/layout/name-words.ts";

// cspell:ignore labelname categoryid photoid imgpath imgname imagepath imagename imageid imagefile licence

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Names of columns with labels, in lower case and without spaces between the words. */
const LABELS = words(
  `label labels class classes category categories target targets diagnosis dx species breed classid labelid classname
  labelname categoryname categoryid emotion expression y`,
);

/** Names of columns with images. */
const IMAGES = words(
  `filename filepath file path image images img imagename imageid imagepath imagefile imgname imgpath filepaths filenames
  id name fname photo photoid key`,
);

/** Words of columns that divide the images into parts. */
const SPLITS = words("split splits subset usage part partition phase set");

/** Words in the names of tables that do not label the images to train on. */
const NO_LABELS = words("submission submissions readme requirements license licence changelog");

/** Words in the names of files that name the classes. */
const CLASS_NAMES = words(
  "class classes label labels category categories name names map mapping dict meta species words wnids synset synsets codes",
);

/** Words in the names of files that hold nothing but the names of classes. */
const ONLY_NAMES = words("classes names map mapping dict words wnids synset synsets codes");

/** Returns a name as one word in lower case: "Class ID" and "classId" are "classid". */
const joined = (name: string): string => wordsOf(name).join("");

const hasWord = (name: string, among: ReadonlySet<string>): boolean => wordsOf(name).some((word) => among.has(word));

/** Returns the rank of a column's name as that of labels: 0 for an exact one, 1 if it contains such a word, else 2. */
export function labelRank(name: string): number {
  if (LABELS.has(joined(name))) return 0;
  return hasWord(name, LABELS) ? 1 : 2;
}

/** True for the name of a column with images. */
export const isImageColumn = (name: string): boolean => IMAGES.has(joined(name));

/** True for the name of a column that divides the images into parts. */
export const isSplitColumn = (name: string): boolean => hasWord(name, SPLITS);

/** True for the name of a table without labels of the images to train on, such as an example of a submission. */
export const isOtherTable = (name: string): boolean => hasWord(name, NO_LABELS);

/** True for the name of a file that may name the classes. */
export const mayNameClasses = (name: string): boolean => hasWord(name, CLASS_NAMES);

/** True for the name of a file that names classes and no images. */
export const namesOnlyClasses = (name: string): boolean =>
  hasWord(name, ONLY_NAMES) && !hasWord(name, words("image images file files"));
