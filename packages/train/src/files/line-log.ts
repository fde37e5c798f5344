import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import { TrainError } from "../error.ts";
import { writeWhole } from "./atomic.ts";
import { onDisk } from "./on-disk.ts";

/** Maximum delay of a line in milliseconds before it is written. */
const DELAY = 500;

/** Growing file of JSON lines (NDJSON). Lines are written in batches; `flush` writes all of them. */
export class LineLog {
  readonly #path: string;
  readonly #file: number;
  #bytes: number;
  #waiting: string[] = [];
  #written = performance.now();

  /**
   * @param bytes length to keep, as of a checkpoint; later lines are truncated and will be written again
   * @throws TrainError if the file is shorter or cannot be written
   */
  constructor(path: string, bytes = 0) {
    this.#path = path;
    this.#file = onDisk(path, () => openSync(path, "a"));
    const { size } = fstatSync(this.#file);
    if (size < bytes) {
      closeSync(this.#file);
      throw new TrainError(`${path}: ${size} bytes. Expected at least the ${bytes} bytes of the checkpoint.`);
    }
    onDisk(path, () => ftruncateSync(this.#file, bytes));
    this.#bytes = bytes;
  }

  append(line: object): void {
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    if (performance.now() - this.#written > DELAY) this.#write();
  }

  /** Writes all lines to the disk and returns the length of the file in bytes. */
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
