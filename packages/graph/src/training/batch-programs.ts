import { type CompileOptions, chooseVariants, compile, type Program } from "../compile/compile.ts";
import type { Tensor } from "../core/tensor.ts";

/** So many sizes of batches are kept ready: the usual one, the last of an epoch, and those of a batch schedule's change. */
const KEPT = 4;

/** Programs of one graph for batches of several sizes; those that were not used for longest are disposed of. */
export class BatchPrograms {
  readonly #graph: (batchSize: number) => Record<string, Tensor>;
  readonly #options: CompileOptions;
  /** In the order of their last use. Promises, so that two calls at once do not compile twice. */
  readonly #programs = new Map<number, Promise<Program>>();

  constructor(graph: (batchSize: number) => Record<string, Tensor>, options: CompileOptions) {
    this.#graph = graph;
    this.#options = options;
  }

  /** The program for batches of a size; compiled when it is first asked for. */
  async of(batchSize: number): Promise<Program> {
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
      if (this.#programs.size <= KEPT) break;
      this.#programs.delete(oldest);
      await (await unused).dispose();
    }
    return program;
  }

  /** Chooses the variants of programs that are compiled later, where a record keeps them. */
  async settle(batchSizes: readonly number[]): Promise<void> {
    if (!this.#options.variants) return;
    for (const size of batchSizes) await chooseVariants(this.#graph(size), this.#options);
  }

  async dispose(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const program of programs) await (await program).dispose();
  }
}
