/**
 * Messages that wait for a reader. A message replaces an earlier one with the same key, so that a reader that never reads
 * costs at most one message per key.
 */
export class Mailbox {
  readonly #waiting = new Map<string, string>();
  #wake: (() => void) | null = null;
  #isClosed = false;

  /** Number of waiting messages. */
  get size(): number {
    return this.#waiting.size;
  }

  put(key: string, message: string): void {
    this.#waiting.delete(key);
    this.#waiting.set(key, message);
    this.#wake?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Removes and returns the oldest message, as soon as there is one; null after the end. */
  async take(): Promise<string | null> {
    while (this.#waiting.size === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    for (const [key, message] of this.#waiting) {
      this.#waiting.delete(key);
      return message;
    }
    return null;
  }
}
