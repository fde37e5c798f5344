/** The storage of images as plain data: memory that threads share, or the beginning of a file. */
export type PoolHandle =
  | { readonly kind: "memory"; readonly bytes: SharedArrayBuffer }
  | { readonly kind: "file"; readonly path: string };

/** The bytes of images of one size, one after another. */
export interface Pool {
  /** Copies the image at an index of the pool. */
  read(place: number, into: Uint8Array, offset: number): void;
}
