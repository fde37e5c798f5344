/** Choices by question; one for each machine and way of running it. */
export type Choices = Readonly<Record<string, string>>;

/** Remembers choices from one process to the next. */
export interface Memory {
  /** What is remembered for a machine now. */
  read(machine: string): Promise<Choices>;
  /**
   * Lets nobody else add to the memory while `work` runs, and remembers the choices that it makes besides those that are
   * known then. Returns all of them; null where nothing can be remembered, which is found out before the work as a rule.
   */
  add(machine: string, work: (known: Choices) => Promise<Choices>): Promise<Choices | null>;
}
