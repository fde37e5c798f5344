import type { PartName } from "../data-set/parts.ts";
import { DataError } from "../error.ts";
import { type Extent, Spool } from "../files/spool.ts";
import { plural } from "../text/lists.ts";
import { checkClassCount } from "./check-labels.ts";
import type { EncodedImages, ReadContext } from "./format.ts";
import { type NamedLabels, nameClasses, numberClasses } from "./numbered-classes.ts";

/** An image file in a container, and its label. */
export interface Sample {
  /** A name for the report and for errors, such as "train.parquet, row 12". */
  readonly name: string;
  /** A whole number, the name of a class, or null for an image without a label. */
  readonly label: number | string | null;
  readonly bytes: Uint8Array;
}

interface Stored {
  readonly name: string;
  readonly label: number | string;
  readonly extent: Extent;
}

/** Collects the image files of containers that are read from their beginning, so that they can be read in any order. */
export class SampleStore {
  readonly #spool: Spool;
  readonly #context: ReadContext;
  readonly #parts = new Map<PartName, Stored[]>();
  #unlabeled = 0;

  constructor(context: ReadContext) {
    this.#context = context;
    this.#spool = new Spool(context.place);
  }

  /** Adds the samples of a part, in order. @throws DataError for a container that cannot be read */
  async add(part: PartName, samples: AsyncIterable<Sample>): Promise<void> {
    const { signal, onProgress } = this.#context;
    const stored = this.#parts.get(part) ?? [];
    this.#parts.set(part, stored);
    for await (const { name, label, bytes } of samples) {
      signal?.throwIfAborted();
      if (label === null) this.#unlabeled++;
      // Without a copy, an image would keep the whole piece of the file alive in memory.
      else stored.push({ name, label, extent: this.#spool.append(new Uint8Array(bytes)) });
      onProgress({ what: `reading ${part} images`, done: stored.length, total: 0 });
    }
  }

  /**
   * Returns the images with their classes.
   * @param path the path of the data, for errors
   * @param named the names of the classes of whole-number labels; null if they are unknown
   * @throws DataError for labels that do not fit
   */
  finish(path: string, named: NamedLabels | null, findings: readonly string[] = []): EncodedImages {
    const parts = [...this.#parts].filter(([, { length }]) => length > 0);
    if (parts[0]?.[0] !== "train") {
      const why =
        this.#unlabeled > 0 ? `${plural(this.#unlabeled, "image has", "images have")} no label` : "it has no images";
      throw new DataError(`${path}: it has no labeled training images: ${why}. Expected a label for each image.`);
    }
    const labels = parts.map(([part, samples]) => ({ path: `${path}, ${part} part`, samples }));
    const isText = labels.some(({ samples }) => samples.some(({ label }) => typeof label === "string"));
    const classes = isText
      ? nameClasses(
          labels.map(({ path: own, samples }) => ({ path: own, values: samples.map(({ label }) => String(label)) })),
        )
      : numberClasses(
          labels.map(({ path: own, samples }) => ({ path: own, values: samples.map(({ label }) => label as number) })),
          named,
        );
    const used = new Set(classes.labels.flatMap((own) => [...new Set(own)]));
    // Names without images are no classes of these data.
    const classNames = classes.classNames.filter((_, label) => used.has(label));
    if (!this.#context.anyClassCount) checkClassCount(path, classNames.length);
    const images = parts.flatMap(([part, samples], p) =>
      samples.map(({ name, extent }, i) => ({
        part,
        path: name,
        className: classes.classNames[classes.labels[p]?.[i] as number] as string,
        extent,
      })),
    );
    const unlabeled =
      this.#unlabeled > 0
        ? [`${plural(this.#unlabeled, "image has", "images have")} no label and cannot be used.`]
        : [];
    return {
      images,
      classNames,
      findings: [...findings, ...classes.findings, ...unlabeled],
      read: async (index) => this.#spool.read((images[index] as (typeof images)[number]).extent),
      close: () => this.close(),
    };
  }

  /** Removes the images. */
  close(): void {
    this.#spool.close();
  }
}

/** Reads samples into a store, which is closed if that fails. */
export async function readSamples(
  context: ReadContext,
  read: (store: SampleStore) => Promise<EncodedImages>,
): Promise<EncodedImages> {
  const store = new SampleStore(context);
  try {
    return await read(store);
  } catch (error) {
    store.close();
    throw error;
  }
}
