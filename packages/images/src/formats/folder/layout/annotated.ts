import { basename, dirname, extname } from "node:path";
import { type Branch, walk } from "../../../files/tree.ts";
import { partOf } from "./candidate.ts";
import { isAnnotation, isContainer } from "./name-words.ts";
import { quote, type Refusal } from "./refusals.ts";

/** A form of annotations that describe parts of an image, not its class. */
interface Form {
  /** Its name in a sentence. */
  readonly name: string;
  /** True for a file of this form. */
  readonly accepts: (file: string, facts: Facts) => boolean;
}

interface Facts {
  /** The names of the images without their endings. */
  readonly stems: ReadonlySet<string>;
  /** True if a file beside the images lists the names of YOLO's classes. */
  readonly hasYoloNames: boolean;
}

const stemOf = (path: string): string => basename(path, extname(path));

/** True for a file in a folder of annotations. */
const isAnnotated = (file: string): boolean => dirname(file).split("/").some(isAnnotation);

/** The files in which YOLO's tools list the names of classes. */
const YOLO_NAMES = /^(data\.yaml|data\.yml|classes\.txt|labels\.txt|obj\.names|obj\.data|_darknet\.labels)$/i;

const FORMS: readonly Form[] = [
  {
    name: "YOLO's text files for object detection",
    accepts: (file, { stems, hasYoloNames }) =>
      file.endsWith(".txt") && stems.has(stemOf(file)) && (hasYoloNames || isAnnotated(file)),
  },
  {
    name: "Pascal VOC's XML files for object detection",
    accepts: (file, { stems }) => file.endsWith(".xml") && (stems.has(stemOf(file)) || isAnnotated(file)),
  },
  {
    name: "a JSON file for object detection (COCO, CreateML)",
    accepts: (file) => /(^|[._-])(annotations?|instances|coco|createml)[^/]*\.json$/i.test(basename(file)),
  },
  {
    name: "a table for object detection",
    accepts: (file) => /^_annotations\.csv$/i.test(basename(file)),
  },
];

const isPart = (name: string): boolean => partOf(name) !== null;
const isDetail = (name: string): boolean => isContainer(name) || isAnnotation(name);

/** Returns a path without the folders that are named as parts, as containers of images or as annotations. */
const homeOf = (path: string): string =>
  path
    .split("/")
    .filter((name) => !isPart(name) && !isDetail(name))
    .join("/");

/**
 * Returns the refusal of images with annotations for object detection or segmentation; null if a folder may be a class, or
 * if there are no such annotations.
 */
export function annotatedRefusal(root: Branch): Refusal | null {
  const branches = [...walk(root)];
  const withFiles = branches.filter(({ tree }) => tree.images.length > 0);
  const homes = new Set(withFiles.map(({ path }) => homeOf(path)));
  const isPlace = ({ name, path }: Branch): boolean => path === "" || isPart(name) || isDetail(name);
  // Several folders with images and masks in each are classes.
  if (homes.size > 1 || !withFiles.every(isPlace)) return null;
  const files = branches.flatMap(({ path, tree }) =>
    tree.others.map((name) => (path === "" ? name : `${path}/${name}`)),
  );
  const facts: Facts = {
    stems: new Set(withFiles.flatMap(({ tree }) => tree.images.map(stemOf))),
    hasYoloNames: files.some((file) => YOLO_NAMES.test(basename(file))),
  };
  for (const { name, accepts } of FORMS) {
    const example = files.find((file) => accepts(file, facts));
    if (example !== undefined) return refusalFor(name, example);
  }
  const masks = withFiles.find(({ name, path }) => path !== "" && isAnnotation(name));
  const images = withFiles.find(({ name, path }) => path !== "" && isContainer(name));
  return masks && images ? refusalFor("pictures for segmentation", masks.path) : null;
}

const refusalFor = (form: string, example: string): Refusal => ({
  problem: `its images are annotated by ${form}, such as ${quote(example)}, and lie in no folders of classes. Expected one folder per class.`,
  remedies: [
    { act: "export the data for classification (in Roboflow: Folder Structure)" },
    { act: "cut each object out of its image and move it into a folder named after its class" },
  ],
});
