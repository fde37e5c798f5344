import { type CompileOptions, chooseVariants, compile, type Program } from "../compile/compile.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";

/** Maximum number of compiled programs: for the batch size, the last batch of an epoch, and a change of the batch size. */
const MAX_PROGRAMS = 4;

/** Programs of one graph for several batch sizes. Disposes of the least recently used ones. */
export class BatchPrograms {
  readonly #graph: (batchSize: number) => Record<string, Tensor>;
  readonly #options: CompileOptions;
  /** Programs by batch size, the least recently used first. Promises, so that concurrent calls compile only once. */
  readonly #programs = new Map<number, Promise<Program>>();

  #isDisposed = false;

  constructor(graph: (batchSize: number) => Record<string, Tensor>, options: CompileOptions) {
    this.#graph = graph;
    this.#options = options;
  }

  /**
   * Returns the program for a batch size, and compiles it at its first use.
   * @throws GraphError after `dispose`
   */
  async get(batchSize: number): Promise<Program> {
    if (this.#isDisposed) throw new GraphError("run: the step or evaluation is disposed. Compile it again.");
    const program = this.#programs.get(batchSize) ?? compile(this.#graph(batchSize), this.#options);
    this.#programs.delete(batchSize);
    this.#programs.set(batchSize, program);
    try {
      await program;
    } catch (error) {
      this.#programs.delete(batchSize);
      throw error;
    }
    for (const [oldest, unused] of this.#programs) {
      if (this.#programs.size <= MAX_PROGRAMS) break;
      this.#programs.delete(oldest);
      await (await unused).dispose();
    }
    return program;
  }

  /** Chooses the variants for batch sizes that are compiled later, if a record keeps them. */
  async chooseVariants(batchSizes: readonly number[]): Promise<void> {
    if (!this.#options.variants) return;
    for (const size of batchSizes) await chooseVariants(this.#graph(size), this.#options);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await (await program).dispose();
  }
}
