import type { Optimizer, Parameters, Updater, UpdaterState } from "@downhill/optim";
import { checkObject } from "../check-arguments.ts";

/** Returns the number of batches per update: above 1 with `accumulateGradients`. */
export const microStepsOf = ({ parts }: Optimizer): number =>
  parts.rule.everyMicroStep.length > 0 ? Number(parts.hyperparameters.microSteps) : 1;

/** Returns the state of an updater without the gradients of an unfinished update. */
export function withoutPartialUpdate(state: UpdaterState, { parts }: Optimizer): UpdaterState {
  if (state.microStep === 0) return state;
  const tensors = Object.entries(state.tensors).map(([name, { shape, values }]) => {
    const accumulated = parts.rule.everyMicroStep.flatMap((key) => {
      const value = values[key];
      return value === undefined ? [] : [[key, typeof value === "number" ? 0 : value.slice().fill(0)] as const];
    });
    return [name, { shape, values: { ...values, ...Object.fromEntries(accumulated) } }] as const;
  });
  return { ...state, microStep: 0, tensors: Object.fromEntries(tensors) };
}

/** Drops the gradients that an updater has accumulated since its last update. */
export function dropPartialUpdate(updater: Updater, optimizer: Optimizer): void {
  const state = updater.state();
  if (state.microStep > 0) updater.restore(withoutPartialUpdate(state, optimizer));
}

/** Weighted sum of gradients: of the micro-batches of a batch that exceeds the memory, or of the batches of an update. */
export class GradientSum {
  readonly #parameters: Parameters;
  #sum: Float32Array | null = null;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  /**
   * Adds the gradient in the arena.
   * @param share share of its images in the sum
   */
  add(share: number): void {
    const gradients = this.#parameters.gradients;
    this.#sum ??= new Float32Array(gradients.length);
    const sum = this.#sum;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + share * (gradients[i] as number);
  }

  /** Writes the sum into the arena and resets it. */
  finish(): void {
    if (!this.#sum) return;
    this.#parameters.gradients.set(this.#sum);
    this.#sum.fill(0);
  }

  /** Returns the global norm of the sum and resets it. */
  takeNorm(): number {
    const norm = normOf(this.#sum ?? new Float32Array());
    this.#sum?.fill(0);
    return norm;
  }
}

/** Returns the global gradient norm: the root of the sum of the squares of all gradients. */
export function gradientNorm(parameters: Parameters): number {
  checkObject("gradientNorm: the argument", parameters, "network.parameters");
  checkObject("gradientNorm: the gradients", parameters.gradients, "network.parameters as the argument");
  return normOf(parameters.gradients);
}

function normOf(gradients: Parameters["gradients"]): number {
  // The processor computes four sums in parallel. The length is a multiple of four.
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < gradients.length; i += 4) {
    a += (gradients[i] as number) ** 2;
    b += (gradients[i + 1] as number) ** 2;
    c += (gradients[i + 2] as number) ** 2;
    d += (gradients[i + 3] as number) ** 2;
  }
  return Math.sqrt(a + b + (c + d));
}
