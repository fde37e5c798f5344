import type { Program } from "../compile/compile.ts";
import type { DeviceTensor } from "../devices/device-tensor.ts";
import { nextOutput } from "../training/training-graph.ts";

/**
 * Tensors that stay on a device between steps, by name. A step reads the current tensors and writes the next ones; then
 * the two are swapped. Memory is allocated once, and a failed step changes nothing.
 */
export class DeviceState {
  readonly #current = new Map<string, DeviceTensor>();
  readonly #next = new Map<string, DeviceTensor>();

  /**
   * Copies the values of a tensor to the device, and replaces earlier ones.
   * @param program a program with the tensor as an input
   * @param changes true if steps write the tensor
   */
  async upload(program: Program, name: string, values: Float32Array, changes: boolean): Promise<void> {
    const before = this.#current.get(name);
    this.#current.set(name, await program.upload(name, values));
    await before?.dispose();
    if (changes && !this.#next.has(name)) this.#next.set(name, await program.upload(name, values));
  }

  /** Returns the current tensors that are inputs of a program. */
  feeds({ inputs }: Program): Record<string, DeviceTensor> {
    const feeds: Record<string, DeviceTensor> = {};
    for (const { name } of inputs) {
      const tensor = this.#current.get(name);
      if (tensor) feeds[name] = tensor;
    }
    return feeds;
  }

  /** Targets of a step: the next tensors, by the names of its outputs. */
  get into(): Record<string, DeviceTensor> {
    return Object.fromEntries([...this.#next].map(([name, tensor]) => [nextOutput(name), tensor]));
  }

  /** Makes the written tensors the current ones. */
  swap(): void {
    for (const [name, written] of this.#next) {
      this.#next.set(name, this.#current.get(name) as DeviceTensor);
      this.#current.set(name, written);
    }
  }

  has(name: string): boolean {
    return this.#current.has(name);
  }

  async download(name: string): Promise<Float32Array> {
    return (await (this.#current.get(name) as DeviceTensor).download()) as Float32Array;
  }

  async dispose(): Promise<void> {
    for (const tensor of [...this.#current.values(), ...this.#next.values()]) await tensor.dispose();
    this.#current.clear();
    this.#next.clear();
  }
}
