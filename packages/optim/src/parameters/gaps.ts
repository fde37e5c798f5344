/** Released memory between allocations, which later allocations reuse. */
export class Gaps {
  /** Byte offsets and sizes in ascending order; no two of them touch. */
  #gaps: { readonly start: number; readonly size: number }[] = [];

  /** Takes memory of a size from the first gap that is large enough. Returns its offset; null without such a gap. */
  take(size: number): number | null {
    const index = this.#gaps.findIndex((gap) => gap.size >= size);
    const gap = this.#gaps[index];
    if (!gap || size === 0) return null;
    const rest = { start: gap.start + size, size: gap.size - size };
    this.#gaps.splice(index, 1, ...(rest.size > 0 ? [rest] : []));
    return gap.start;
  }

  /**
   * Adds a gap and merges it with its neighbors.
   * @param end end of the memory in use
   * @returns the end of the memory in use afterwards: lower if the last gap reaches it
   */
  add(start: number, size: number, end: number): number {
    if (size === 0) return end;
    const sorted = [...this.#gaps, { start, size }].sort((a, b) => a.start - b.start);
    this.#gaps = [];
    for (const gap of sorted) {
      const before = this.#gaps.at(-1);
      if (before && before.start + before.size === gap.start) {
        this.#gaps.splice(-1, 1, { start: before.start, size: before.size + gap.size });
      } else this.#gaps.push(gap);
    }
    const last = this.#gaps.at(-1);
    if (!last || last.start + last.size < end) return end;
    this.#gaps.pop();
    return last.start;
  }
}
