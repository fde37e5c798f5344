import type { ImageShape } from "@downhill/optim/image";
import type { PoolHandle } from "../pool/pool.ts";
import type { Targets } from "./targets.ts";

/** A part of a data set as plain data. Any thread of this process can open it with `openImageSet`. */
export interface ImageSetHandle<Shape extends readonly number[] = ImageShape> {
  readonly imageShape: Shape;
  readonly classNames: readonly string[];
  readonly labels: Int32Array;
  /** The targets other than class labels; default none. */
  readonly targets?: Targets;
  /** The type of the pixels; default "uint8". */
  readonly dtype?: "uint8" | "float32";
  /** The index of each image in the pool. */
  readonly places: Int32Array;
  readonly pool: PoolHandle;
  /** The name of each image, or a word and the number that follows it. */
  readonly names: readonly string[] | { readonly word: string; readonly numbers: Int32Array };
}

/** The handles of sets by their `read`, which copies and objects that inherit from a set share with it. */
const handles = new WeakMap<object, ImageSetHandle<readonly number[]>>();

/** Remembers that a function reads stored images. */
export const keepHandle = (read: object, handle: ImageSetHandle<readonly number[]>): void =>
  void handles.set(read, handle);

/** Returns the stored images that an object reads; undefined if it reads images by a function of its own. */
export const handleOf = ({ read }: { readonly read: object }): ImageSetHandle<readonly number[]> | undefined =>
  handles.get(read);
