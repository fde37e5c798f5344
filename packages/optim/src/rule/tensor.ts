import { type FourAxes, fourAxes, volume } from "./shape.ts";

/** Facts about a tensor for which a rule is specialized. */
export interface TensorFacts {
  /** Number of axes. */
  readonly rank: number;
  /** Lengths of the four axes of {@link fourAxes}. */
  readonly axes: FourAxes;
}

/** Returns the facts of a tensor from its dimensions, for one rule. */
export function tensorFacts(rule: { readonly asMatrix: boolean }, dimensions: readonly number[]): TensorFacts {
  const [first = 1, ...rest] = dimensions;
  const seen = rule.asMatrix && dimensions.length > 2 ? [first, volume(rest)] : dimensions;
  return { rank: seen.length, axes: fourAxes(seen) };
}

/** Returns the numbers of a tensor's shape by name: constants of its specialization. */
export function tensorScalars({ rank, axes }: TensorFacts): Record<string, number> {
  return { rank, rows: axes[2], columns: axes[3], size: volume(axes) };
}
