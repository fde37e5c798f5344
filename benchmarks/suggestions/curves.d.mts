/** Types of curves.mjs, for tests that import it. */
export interface Curve {
  readonly name: string;
  readonly what: string;
  readonly loss: (u: number) => number;
}

export interface Unanswerable extends Curve {
  readonly why: "never falls" | "began too high" | "ended too low";
  readonly from?: number;
  readonly to?: number;
}

export interface Noise {
  readonly name: string;
  readonly level: number;
  readonly spikes: number;
}

export const CURVES: readonly Curve[];
export const UNANSWERABLE: readonly Unanswerable[];
export const NOISES: readonly Noise[];
export function basin(curve: Curve): [low: number, high: number];
export function rangeTest(
  curve: Curve | Unanswerable,
  noise: Noise,
  seed: number,
): { lr: number[]; loss: number[]; steps: number };
