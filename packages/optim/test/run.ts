import {
  type BindOptions,
  type Dimensions,
  type Dtype,
  type Optimizer,
  Parameters,
  type Updater,
} from "../src/index.ts";

export type Numbers = ArrayLike<number>;

export interface Tensor {
  readonly shape: Dimensions;
  readonly start: Numbers;
}

export interface RunOptions extends BindOptions {
  readonly dtype?: Dtype;
}

/** Runs an optimizer on its own tensors, by default in float64 on the interpreter. */
export class Run {
  readonly parameters: Parameters<Dtype>;
  readonly updater: Updater;

  constructor(optimizer: Optimizer, tensors: Readonly<Record<string, Tensor>>, options: RunOptions = {}) {
    const { dtype = "float64", ...bind } = options;
    const shapes = Object.entries(tensors).map(([name, { shape }]) => [name, shape] as const);
    this.parameters = new Parameters(shapes, { dtype });
    for (const [name, { start }] of Object.entries(tensors)) this.parameters.setValue(name, start);
    this.updater = optimizer.bind(this.parameters, bind);
  }

  /** Takes one step with a gradient for each tensor, or one computed from its values. */
  step(gradient: (tensor: string, values: number[]) => Numbers): void {
    const { parameters } = this;
    for (const name of parameters.names) parameters.setGradient(name, gradient(name, this.values(name)));
    this.updater.step();
  }

  values(name: string = this.parameters.names[0] as string): number[] {
    return Array.from(this.parameters.value(name));
  }
}

/** Returns a single weight after each step, from the gradient of each. */
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

/** Pseudo-random numbers in [-1, 1), the same for the same seed; one in nine is exactly 0. */
export function noise(length: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % 9 === 0 ? 0 : state / 2 ** 31 - 1;
  });
}
