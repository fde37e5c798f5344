import { type FileHandle, open } from "node:fs/promises";
import { MetricsTable } from "./metrics-table.ts";

const CHUNK = 2 ** 20;
/** Largest number of bytes of a line; longer lines are damaged. */
const LONGEST_LINE = 2 ** 22;
/** Number of bytes before the position that show whether a file is still the same. */
const FINGERPRINT = 256;
const NEWLINE = 10;

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
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, size - before)));
    while (this.#position < size) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, size - this.#position), this.#position);
      if (bytesRead === 0) break;
      this.#take(chunk.subarray(0, bytesRead));
      this.read = this.#position / size;
      if (this.#position < size) onPart();
    }
    this.read = 1;
    return !isSame || this.#position > before;
  }

  async #isContinued(file: FileHandle): Promise<boolean> {
    const { length } = this.#tail;
    const found = Buffer.alloc(length);
    await file.read(found, 0, length, this.#position - length);
    return found.equals(this.#tail);
  }

  #take(added: Buffer): void {
    this.#position += added.length;
    this.#tail = Buffer.from(Buffer.concat([this.#tail, added.subarray(-FINGERPRINT)]).subarray(-FINGERPRINT));
    const bytes = this.#rest.length === 0 ? added : Buffer.concat([this.#rest, added]);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      this.table.add(bytes, from, to);
      from = to + 1;
    }
    const rest = bytes.subarray(from);
    this.#rest = rest.length > LONGEST_LINE ? Buffer.alloc(0) : Buffer.from(rest);
    if (rest.length > LONGEST_LINE) this.table.damaged++;
  }

  #restart(): void {
    this.table = new MetricsTable();
    this.generation++;
    this.#position = 0;
    this.#tail = Buffer.alloc(0);
    this.#rest = Buffer.alloc(0);
  }
}
