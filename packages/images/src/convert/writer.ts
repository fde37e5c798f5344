import type { StreamedImage } from "../data-set/stream-images.ts";

/** A writer of a data set in one format. */
export interface DataSetWriter {
  /** Adds an image. The images of a part come one after another. */
  add(image: StreamedImage): Promise<void>;
  /** Completes the output, and returns remarks on it, as sentences. */
  finish(): Promise<readonly string[]>;
}
