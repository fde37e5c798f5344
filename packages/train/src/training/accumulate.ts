import type { Parameters } from "@downhill/optim";

/** Accumulates the gradients of the micro-batches of a batch that exceeds the memory. */
export class GradientSum {
  readonly #parameters: Parameters;
  #sum: Float32Array | null = null;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  /**
   * Adds the gradient in the arena.
   * @param share share of the micro-batch in the batch
   */
  add(share: number): void {
    const gradients = this.#parameters.gradients;
    this.#sum ??= new Float32Array(gradients.length);
    const sum = this.#sum;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + share * (gradients[i] as number);
  }

  /** Writes the gradient of the batch into the arena and resets the sum. */
  finish(): void {
    if (!this.#sum) return;
    this.#parameters.gradients.set(this.#sum);
    this.#sum.fill(0);
  }
}

/** Returns the global gradient norm: the root of the sum of the squares of all gradients. */
export function gradientNorm(parameters: Parameters): number {
  const gradients = parameters.gradients;
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
