import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { TrainError } from "../error.ts";
import { writeWhole } from "./atomic.ts";
import { onDisk } from "./on-disk.ts";

/** Milliseconds for which lines may wait to be written. */
const DELAY = 500;

/** A file of JSON lines that grows (NDJSON). Lines are written a few at a time, and all of them by `flush`. */
export class LineLog {
  readonly #path: string;
  readonly #file: number;
  #bytes: number;
  #waiting: string[] = [];
  #written = performance.now();

  /**
   * @param bytes how much of the file to keep: what a checkpoint knows of; lines after it will be written again
   * @throws TrainError where the file is shorter than that, or cannot be written
   */
  constructor(path: string, bytes = 0) {
    this.#path = path;
    this.#file = onDisk(path, () => openSync(path, "a"));
    const { size } = fstatSync(this.#file);
    if (size < bytes) {
      closeSync(this.#file);
      throw new TrainError(
        `${path}: it has ${size} bytes: expected at least the ${bytes} that the checkpoint knows of`,
      );
    }
    onDisk(path, () => ftruncateSync(this.#file, bytes));
    this.#bytes = bytes;
  }

  append(line: object): void {
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    if (performance.now() - this.#written > DELAY) this.#write();
  }

  /** Sees to it that all lines are on the disk; returns the file's length in bytes. */
  flush(): number {
    this.#write();
    onDisk(this.#path, () => fsyncSync(this.#file));
    return this.#bytes;
  }

  close(): void {
    try {
      this.#write();
    } finally {
      closeSync(this.#file);
    }
  }

  #write(): void {
    const bytes = new TextEncoder().encode(this.#waiting.join(""));
    onDisk(this.#path, () => writeWhole(this.#file, bytes));
    this.#bytes += bytes.length;
    this.#waiting = [];
    this.#written = performance.now();
  }
}
