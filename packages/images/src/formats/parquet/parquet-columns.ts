import type { FileMetaData, SchemaTree } from "hyparquet";
import type { DataOptions } from "../../data-set/options.ts";
import { DataError } from "../../error.ts";
import { listFirst } from "../../text/lists.ts";

/** The columns with the images and the labels, and the names of the classes. */
export interface ParquetColumns {
  readonly image: string;
  readonly label: string;
  /** The names of the classes in label order; null if the file has none. */
  readonly classNames: readonly string[] | null;
}

/** A column as Hugging Face describes it in the file's metadata. */
interface Feature {
  readonly _type?: string;
  readonly names?: readonly string[];
}

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));
const IMAGE_NAMES = setOf(
  "image images img imgs jpg jpeg png webp picture photo pixel_values image_bytes image_data bytes",
);
/** Names of label columns; an earlier one precedes a later one. */
const LABEL_NAMES =
  "label labels fine_label class class_name class_label label_name label_names target targets category categories species breed y cls class_id label_id".split(
    " ",
  );

/**
 * Chooses the columns of images and labels: by the options, then by the metadata of Hugging Face, then by names and types.
 * @throws DataError that lists the columns if there is none, or if several could be meant
 */
export function chooseColumns(
  path: string,
  metadata: FileMetaData,
  columns: readonly SchemaTree[],
  { imageColumn, labelColumn }: Pick<DataOptions, "imageColumn" | "labelColumn">,
): ParquetColumns {
  const features = featuresOf(metadata);
  const names = columns.map(({ element }) => element.name);
  const image = only(
    path,
    "imageColumn",
    [imageColumn, names, names],
    [
      names.filter((name) => features[name]?._type === "Image"),
      names.filter((name) => IMAGE_NAMES.has(name.toLowerCase())),
      columns.filter(isBytes).map(({ element }) => element.name),
    ],
  );
  const others = names.filter((name) => name !== image);
  const named = LABEL_NAMES.filter((name) => others.includes(name));
  const label = only(
    path,
    "labelColumn",
    [Array.isArray(labelColumn) ? labelColumn[0] : labelColumn, others, names],
    [
      named.slice(0, 1),
      others.filter((name) => features[name]?._type === "ClassLabel"),
      others.filter((name) =>
        LABEL_NAMES.some((known) =>
          name
            .toLowerCase()
            .split(/[^a-z]+/)
            .includes(known),
        ),
      ),
    ],
  );
  return { image, label, classNames: features[label]?.names ?? null };
}

/** Returns the only column that fits, by the first list that has any. */
function only(
  path: string,
  option: "imageColumn" | "labelColumn",
  [chosen, names, all]: readonly [chosen: string | undefined, names: readonly string[], all: readonly string[]],
  candidates: readonly (readonly string[])[],
): string {
  const what = option === "imageColumn" ? "images" : "labels";
  if (chosen !== undefined) {
    if (names.includes(chosen)) return chosen;
    throw new DataError(
      `${path}: it has no column '${chosen}' of ${what}. Expected one of its columns: ${listFirst(names, 20)}.`,
      [{ act: `change ${option}` }],
    );
  }
  const fitting = candidates.find(({ length }) => length > 0) ?? [];
  const [first, ...more] = fitting;
  if (first !== undefined && more.length === 0) return first;
  if (first === undefined) {
    const remedies = names[0] === undefined ? [] : [{ options: { [option]: names[0] }, purpose: `read '${names[0]}'` }];
    throw new DataError(
      `${path}: it has no column that is named or stored like ${what}. Its columns are ${listFirst(all, 20)}.`,
      remedies,
    );
  }
  throw new DataError(
    `${path}: its columns ${listFirst(fitting)} could be the ${what}. Expected one.`,
    fitting.map((name) => ({ options: { [option]: name }, purpose: `read '${name}'` })),
  );
}

/** True for bytes, or a structure with bytes, as Hugging Face stores images. */
const isBytes = ({ element, children }: SchemaTree): boolean =>
  (element.type === "BYTE_ARRAY" && element.converted_type !== "UTF8" && element.logical_type?.type !== "STRING") ||
  children.some(({ element: { name, type } }) => name === "bytes" && type === "BYTE_ARRAY");

/** Returns the columns as the metadata of Hugging Face describes them; none if there are no such metadata. */
function featuresOf({ key_value_metadata: pairs = [] }: FileMetaData): Readonly<Record<string, Feature>> {
  const text = pairs.find(({ key }) => key === "huggingface")?.value;
  try {
    const features: unknown = JSON.parse(text ?? "{}")?.info?.features;
    return typeof features === "object" && features !== null ? (features as Record<string, Feature>) : {};
  } catch {
    // Damaged metadata are no obstacle: the names and types of the columns remain.
    return {};
  }
}
