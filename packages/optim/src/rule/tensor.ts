import { fourAxes, volume } from "./shape.ts";

/** What is known of a tensor when its rule is specialised. */
export interface TensorFacts {
  /** How many axes the tensor has. */
  readonly rank: number;
  /** Their lengths, as the four that {@link fourAxes} makes of them. */
  readonly axes: readonly number[];
}

/** How a rule sees a tensor of the given dimensions. */
export function tensorFacts(rule: { readonly asMatrix: boolean }, dimensions: readonly number[]): TensorFacts {
  const [first, ...rest] = dimensions;
  const seen = rule.asMatrix && dimensions.length > 2 ? [first as number, volume(rest)] : dimensions;
  return { rank: seen.length, axes: fourAxes(seen) };
}

/** The names that stand for a tensor's shape: constants of its specialisation. */
export function tensorScalars({ rank, axes }: TensorFacts): Record<string, number> {
  return { rank, rows: axes[2] as number, columns: axes[3] as number, size: volume(axes) };
}
