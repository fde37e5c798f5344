import type { Program } from "../compile/compile.ts";
import type { DeviceTensor } from "../devices/device-tensor.ts";
import { nextOutput } from "../training/training-graph.ts";

/**
 * Tensors that stay on a device from step to step, by name. A step reads those of now and writes those that come next,
 * and then the two change places: memory is allocated once, and a step that fails has changed nothing.
 */
export class HeldTensors {
  readonly #now = new Map<string, DeviceTensor>();
  readonly #next = new Map<string, DeviceTensor>();

  /**
   * Copies values to the device, in place of those that are there.
   * @param program one that has the tensor as an input
   * @param changes whether steps write it
   */
  async upload(program: Program, name: string, values: Float32Array, changes: boolean): Promise<void> {
    const before = this.#now.get(name);
    this.#now.set(name, await program.upload(name, values));
    await before?.dispose();
    if (changes && !this.#next.has(name)) this.#next.set(name, await program.upload(name, values));
  }

  /** Those of now that a program takes. */
  feeds({ inputs }: Program): Record<string, DeviceTensor> {
    const feeds: Record<string, DeviceTensor> = {};
    for (const { name } of inputs) {
      const tensor = this.#now.get(name);
      if (tensor) feeds[name] = tensor;
    }
    return feeds;
  }

  /** Where a step writes those that come next, by the names of its outputs. */
  get into(): Record<string, DeviceTensor> {
    return Object.fromEntries([...this.#next].map(([name, tensor]) => [nextOutput(name), tensor]));
  }

  /** Makes those that were written those of now. */
  swap(): void {
    for (const [name, written] of this.#next) {
      this.#next.set(name, this.#now.get(name) as DeviceTensor);
      this.#now.set(name, written);
    }
  }

  has(name: string): boolean {
    return this.#now.has(name);
  }

  async download(name: string): Promise<Float32Array> {
    return (await (this.#now.get(name) as DeviceTensor).download()) as Float32Array;
  }

  async dispose(): Promise<void> {
    for (const tensor of [...this.#now.values(), ...this.#next.values()]) await tensor.dispose();
    this.#now.clear();
    this.#next.clear();
  }
}
