import type { Batch } from "../batches/batch.ts";
import { DataError } from "../error.ts";
import type { PixelArray } from "../image-set/image-source.ts";
import { LABELS, type TargetValues, typeName } from "../image-set/targets.ts";

/** One image of a stream with its targets, or several. */
export interface StreamPiece {
  /** [count, ...imageShape], at least one image. */
  readonly images: PixelArray;
  /** Class of each image, from 0. */
  readonly labels?: ArrayLike<number>;
  /** Other targets by name, [count, ...shape] each. */
  readonly targets?: Readonly<Record<string, TargetValues>>;
}

/** Pieces of a stream, from a file, a database or a generator. */
export type Pieces = Iterable<StreamPiece> | AsyncIterable<StreamPiece>;

/** Shape and type of the images of a stream. */
export interface PieceFormat {
  /** Shape of one image. */
  readonly imageShape: readonly number[];
  /** Type of the pixels; default "uint8". */
  readonly dtype?: "uint8" | "float32";
}

/** Images of a piece that are not taken yet. */
interface Rest {
  readonly images: PixelArray;
  readonly targets: Readonly<Record<string, TargetValues>>;
  readonly count: number;
  taken: number;
}

/** Maximum time in milliseconds for which a stream may close. */
const MOST_CLOSING = 500;

/** Reads pieces of any size and returns batches of a given size. */
export class PieceReader {
  readonly #iterator: AsyncIterator<StreamPiece> | Iterator<StreamPiece>;
  readonly #place: string;
  readonly #size: number;
  readonly #Pixels: typeof Uint8Array | typeof Float32Array;
  #names: string | null = null;
  #rest: Rest | null = null;
  /** The next piece, which arrives while a batch is used. */
  #next: Promise<IteratorResult<StreamPiece>> | null = null;

  constructor(pieces: Pieces, { imageShape, dtype = "uint8" }: PieceFormat, place: string) {
    const given = pieces as Partial<AsyncIterable<StreamPiece>> & Partial<Iterable<StreamPiece>>;
    const iterator = given?.[Symbol.asyncIterator]?.() ?? given?.[Symbol.iterator]?.();
    if (!iterator) {
      throw new DataError(`${place}: the stream is ${typeName(pieces)}. Expected an iterable of { images, labels }.`);
    }
    this.#iterator = iterator;
    this.#place = place;
    this.#size = imageShape.reduce((product, extent) => product * extent, 1);
    this.#Pixels = dtype === "float32" ? Float32Array : Uint8Array;
  }

  /** Returns the next images, fewer than `count` at the end of the stream; null after it. */
  async take(count: number): Promise<Batch<PixelArray> | null> {
    const parts: Rest[] = [];
    let total = 0;
    while (total < count) {
      const rest = await this.#current();
      if (!rest) break;
      const taken = Math.min(count - total, rest.count - rest.taken);
      parts.push(sliceOf(rest, taken));
      rest.taken += taken;
      total += taken;
    }
    const [first] = parts;
    if (!first) return null;
    const names = Object.keys(first.targets);
    const targets = Object.fromEntries(
      names.map((name) => [name, joined(parts.map((part) => part.targets[name] as TargetValues))]),
    );
    const labels = targets[LABELS];
    return {
      images: joined(parts.map(({ images }) => images)),
      labels: labels instanceof Int32Array && labels.length === total ? labels : new Int32Array(),
      targets,
    };
  }

  /** Passes over images. Returns the number of images that there were, at most `count`. */
  async skip(count: number): Promise<number> {
    let skipped = 0;
    while (skipped < count) {
      const rest = await this.#current();
      if (!rest) break;
      const taken = Math.min(count - skipped, rest.count - rest.taken);
      rest.taken += taken;
      skipped += taken;
    }
    return skipped;
  }

  async #current(): Promise<Rest | null> {
    if (this.#rest && this.#rest.taken < this.#rest.count) return this.#rest;
    const { value, done } = await (this.#next ?? this.#request());
    this.#next = null;
    if (done) {
      this.#next = Promise.resolve({ value: undefined, done: true });
      return null;
    }
    this.#rest = this.#checked(value);
    this.#next = this.#request();
    // Its error is thrown where the piece is required.
    this.#next.catch(() => {});
    return this.#rest;
  }

  async #request(): Promise<IteratorResult<StreamPiece>> {
    return this.#iterator.next();
  }

  #checked(piece: StreamPiece): Rest {
    const { images, labels, targets = {} } = (piece ?? {}) as Partial<StreamPiece>;
    const place = this.#place;
    if (!(images instanceof this.#Pixels)) {
      throw new DataError(`${place}: the images of a piece are ${typeName(images)}. Expected a ${this.#Pixels.name}.`);
    }
    const count = images.length / this.#size;
    if (count === 0 || !Number.isInteger(count)) {
      throw new DataError(
        `${place}: the images of a piece have ${images.length} values. Expected a multiple of ${this.#size}, the values of one image.`,
      );
    }
    const all: Record<string, TargetValues> = {
      ...targets,
      ...(labels?.length && { [LABELS]: Int32Array.from(labels) }),
    };
    for (const [name, values] of Object.entries(all)) {
      if (!(values instanceof Int32Array || values instanceof Float32Array) || values.length % count !== 0) {
        const found = ArrayBuffer.isView(values) ? `${values.length} values` : typeName(values);
        throw new DataError(
          `${place}: the target ${name} of a piece is ${found}. Expected a Float32Array or an Int32Array with equally many values for each of ${count} images.`,
        );
      }
    }
    const names = Object.keys(all).join(", ") || "no target";
    this.#names ??= names;
    if (names !== this.#names) {
      throw new DataError(`${place}: a piece of the stream has ${names}. Expected ${this.#names}, as before.`);
    }
    return { images, targets: all, count, taken: 0 };
  }

  /** Ends the stream, so that it can close its files. Does not wait long for one that waits for its next piece. */
  async close(): Promise<void> {
    this.#next = Promise.resolve({ value: undefined, done: true });
    this.#rest = null;
    const closing = Promise.resolve(this.#iterator.return?.());
    // An error after the wait has no reader.
    closing.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise((resolve) => {
      timer = setTimeout(resolve, MOST_CLOSING);
    });
    await Promise.race([closing, waited]).finally(() => clearTimeout(timer));
  }
}

function sliceOf({ images, targets, count, taken }: Rest, length: number): Rest {
  const part = <Values extends PixelArray | TargetValues>(values: Values): Values => {
    const size = values.length / count;
    return values.subarray(taken * size, (taken + length) * size) as Values;
  };
  const named = Object.entries(targets).map(([name, values]) => [name, part(values)]);
  return { images: part(images), targets: Object.fromEntries(named), count: length, taken: 0 };
}

/** Returns the values of arrays of one type in a new array. */
function joined<Values extends PixelArray | TargetValues>(parts: readonly Values[]): Values {
  const [first] = parts as readonly [Values];
  const Type = first.constructor as unknown as new (length: number) => Values;
  const all = new Type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
