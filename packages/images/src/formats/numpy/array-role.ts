import type { PartName } from "../../data-set/parts.ts";
import { partNamed, wordsOf } from "../folder/layout/name-words.ts";

/** The meaning of an array: images, their labels, or the names of the classes. */
export type Role = "images" | "labels" | "names";

/** The meaning of an array by its name. */
export interface ArrayRole {
  readonly role: Role;
  readonly part: PartName | null;
  /** True if the name consists only of known words. It precedes another one of the same role. */
  readonly exact: boolean;
}

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));
const IMAGES = setOf("x image images img imgs picture pictures photo photos pixel pixels digits faces");
/** Words that stand for images unless another word has a meaning: Keras has `train_data` and `train_labels`. */
const PERHAPS_IMAGES = setOf("data input inputs sample samples");
const LABELS = setOf("y label labels target targets class classes category categories lab gt");
const NAMES = setOf("names name classnames");
const OTHERS = setOf(
  "mask masks segmentation meta id ids index indices idx path paths file files filename filenames feature features embedding embeddings mean std weight weights size shape count bbox box boxes groups",
);
const FILLERS = setOf("set array arr np numpy all raw of the split");
/** The abbreviations of parts beside `x` and `y`, as in `xtr` and `y_te`. */
const SHORT: Readonly<Record<string, string>> = { tr: "train", te: "test", va: "validation", ts: "test" };

/** Returns the meaning of an array by its name, such as `x_train`, `val_labels` or `class_names`; null if it has none. */
export function roleOf(name: string): ArrayRole | null {
  const spelled = name
    .replace(/t10k/i, "test")
    .replace(/^([xy])[_-]?(tr|te|ts|va|train|test|val|valid|validation|dev)(?![a-z])/i, (_, letter, part) => {
      const short = String(part).toLowerCase();
      return `${letter}_${SHORT[short] ?? short}`;
    });
  const words = wordsOf(spelled).filter((word) => !/^\p{N}+$/u.test(word));
  const part = words.flatMap((word) => partNamed(word)?.part ?? []);
  if (new Set(part).size > 1) return null;
  const rest = words.filter((word) => partNamed(word) === null && !FILLERS.has(word));
  const has = (set: ReadonlySet<string>): boolean => rest.some((word) => set.has(word));
  const role = has(NAMES)
    ? has(LABELS) || rest.includes("classnames")
      ? "names"
      : null
    : has(OTHERS)
      ? null
      : has(LABELS)
        ? "labels"
        : has(IMAGES) || has(PERHAPS_IMAGES)
          ? "images"
          : null;
  if (role === null) return null;
  const known = [IMAGES, PERHAPS_IMAGES, LABELS, NAMES];
  return { role, part: part[0] ?? null, exact: rest.every((word) => known.some((set) => set.has(word))) };
}
