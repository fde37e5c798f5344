import { type BindOptions, type Dimensions, type Optimizer, Parameters, type Updater } from "../src/index.ts";

export type Numbers = ArrayLike<number>;

export interface Tensor {
  readonly shape: Dimensions;
  readonly start: Numbers;
}

export interface RunOptions extends BindOptions {
  readonly dtype?: "float32" | "float64";
}

/** An optimizer at work on tensors of its own, in float64 on the interpreter unless told otherwise. */
export class Run {
  readonly parameters: Parameters;
  readonly updater: Updater;

  constructor(optimizer: Optimizer, tensors: Readonly<Record<string, Tensor>>, options: RunOptions = {}) {
    const { dtype = "float64", ...bind } = options;
    const shapes = Object.entries(tensors).map(([name, { shape }]) => [name, shape] as const);
    this.parameters = new Parameters(shapes, { dtype });
    for (const [name, { start }] of Object.entries(tensors)) this.parameters.setValue(name, start);
    this.updater = optimizer.bind(this.parameters, bind);
  }

  /** One step, along a gradient for each tensor or one that is computed from its values. */
  step(gradient: (tensor: string, values: number[]) => Numbers): void {
    const { parameters } = this;
    for (const name of parameters.names) parameters.setGradient(name, gradient(name, this.values(name)));
    this.updater.step();
  }

  values(name: string = this.parameters.names[0] as string): number[] {
    return Array.from(this.parameters.value(name));
  }
}

/** A single weight after each step, given the gradient of each. */
export function track(
  optimizer: Optimizer,
  gradients: readonly number[],
  start = 0,
  options: RunOptions = {},
): number[] {
  const run = new Run(optimizer, { x: { shape: [1], start: [start] } }, options);
  return gradients.map((g) => {
    run.step(() => [g]);
    return run.values()[0] as number;
  });
}

/** Numbers that look random, the same ones for the same seed: in [-1, 1), and one in nine exactly 0. */
export function noise(length: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % 9 === 0 ? 0 : state / 2 ** 31 - 1;
  });
}
