import type { Parameters } from "@downhill/optim";

/** Adds up the gradients of a batch's parts, so that a batch may be larger than memory. */
export class GradientSum {
  readonly #parameters: Parameters;
  #sum: Float32Array | null = null;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  /** Takes in the gradient that is in the arena, of a part that is such a share of the batch. */
  add(share: number): void {
    const gradients = this.#parameters.gradients;
    this.#sum ??= new Float32Array(gradients.length);
    const sum = this.#sum;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + share * (gradients[i] as number);
  }

  /** Puts the batch's gradient into the arena, and begins the next one at zero. */
  finish(): void {
    if (!this.#sum) return;
    this.#parameters.gradients.set(this.#sum);
    this.#sum.fill(0);
  }
}

/** The root of the sum of squares of all gradients. */
export function gradientNorm(parameters: Parameters): number {
  const gradients = parameters.gradients;
  // Four sums, which the processor adds side by side; the length is a multiple of four.
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < gradients.length; i += 4) {
    a += (gradients[i] as number) ** 2;
    b += (gradients[i + 1] as number) ** 2;
    c += (gradients[i + 2] as number) ** 2;
    d += (gradients[i + 3] as number) ** 2;
  }
  return Math.sqrt(a + b + (c + d));
}
