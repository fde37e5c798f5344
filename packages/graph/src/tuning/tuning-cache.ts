/** Chosen variants by the id of their tuning key. */
export type ChosenVariants = Readonly<Record<string, string>>;

/** Keeps chosen variants from one process to the next. */
export interface TuningCache {
  /** Returns the variants that are cached for a machine. */
  read(machine: string): Promise<ChosenVariants>;
  /**
   * Locks the cache, runs `measure` with the variants cached by then, and adds those that it returns.
   * @returns all cached variants of the machine; null if the cache cannot be written, in which case `measure` usually
   * does not run
   */
  add(machine: string, measure: (known: ChosenVariants) => Promise<ChosenVariants>): Promise<ChosenVariants | null>;
}
