import { type FileHandle, open } from "node:fs/promises";
import { MetricsTable } from "./metrics-table.ts";

const CHUNK = 2 ** 21;
/** Largest number of bytes of a line; longer lines are damaged. */
const LONGEST_LINE = 2 ** 22;
/** Number of bytes before the position that show whether a file is still the same. */
const FINGERPRINT = 256;

/**
 * Follows the metrics file of a run: each update reads only the bytes that were added. A file that was truncated or
 * replaced, as when a run is resumed from a checkpoint, is read again from its start.
 */
export class MetricsFile {
  readonly path: string;
  table = new MetricsTable();
  /** Changes whenever the file is read again from its start. */
  generation = 0;
  /** Share of the file that has been read, 0 to 1. */
  read = 0;
  /** Reason why the file cannot be read; null if it can. */
  problem: string | null = null;
  /** Time of the last use, for eviction. */
  used = 0;
  #position = 0;
  #tail: Buffer = Buffer.alloc(0);
  /** Incomplete last line. */
  #rest: Buffer = Buffer.alloc(0);
  #updating: Promise<boolean> | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Reads what was added. Concurrent calls share one update.
   * @param onPart called after each part of a large file
   * @returns true if the table has changed
   */
  async update(onPart: () => void = () => {}): Promise<boolean> {
    this.#updating ??= this.#update(onPart).finally(() => {
      this.#updating = null;
    });
    return await this.#updating;
  }

  async #update(onPart: () => void): Promise<boolean> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.path, "r");
      const changed = await this.#readAdded(file, onPart);
      this.problem = null;
      return changed;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // A run writes its first line some time after its folder exists.
      const isMissing = code === "ENOENT";
      const changed = isMissing ? this.#position > 0 : this.problem !== message;
      if (isMissing && changed) this.#restart();
      this.problem = isMissing ? null : message;
      if (isMissing) this.read = 1;
      return changed;
    } finally {
      await file?.close();
    }
  }

  async #readAdded(file: FileHandle, onPart: () => void): Promise<boolean> {
    const { size } = await file.stat();
    const isSame = size >= this.#position && (await this.#isContinued(file));
    if (!isSame) this.#restart();
    const before = this.#position;
    // One buffer for all parts: the incomplete last line of a part precedes the next one. The last byte ends the reading.
    let buffer = Buffer.alloc(Math.min(CHUNK, size - before) + this.#rest.length + 1);
    let kept = this.#rest.copy(buffer);
    while (this.#position < size) {
      if (kept > LONGEST_LINE) {
        this.table.damaged++;
        kept = 0;
      }
      // The line is longer than the buffer.
      if (kept >= buffer.length - 1) buffer = Buffer.concat([buffer], 2 * buffer.length);
      const { bytesRead } = await file.read(
        buffer,
        kept,
        Math.min(buffer.length - 1 - kept, size - this.#position),
        this.#position,
      );
      if (bytesRead === 0) break;
      const filled = kept + bytesRead;
      this.#position += bytesRead;
      buffer[filled] = 0;
      this.#remember(buffer.subarray(kept, filled));
      const end = this.table.addLines(buffer, filled);
      buffer.copyWithin(0, end, filled);
      kept = filled - end;
      this.read = this.#position / size;
      if (this.#position < size) onPart();
    }
    this.#rest = Buffer.from(buffer.subarray(0, kept));
    this.read = 1;
    return !isSame || this.#position > before;
  }

  async #isContinued(file: FileHandle): Promise<boolean> {
    const { length } = this.#tail;
    const found = Buffer.alloc(length);
    await file.read(found, 0, length, this.#position - length);
    return found.equals(this.#tail);
  }

  /** Keeps the last bytes before the position. */
  #remember(added: Buffer): void {
    const last = added.subarray(-FINGERPRINT);
    this.#tail = Buffer.concat([this.#tail, last].slice(last.length === FINGERPRINT ? 1 : 0)).subarray(-FINGERPRINT);
  }

  #restart(): void {
    this.table = new MetricsTable();
    this.generation++;
    this.#position = 0;
    this.#tail = Buffer.alloc(0);
    this.#rest = Buffer.alloc(0);
  }
}
