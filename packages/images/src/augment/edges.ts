/** What stands for pixels beyond the border: black, the data's mean colour, the nearest pixel, or the mirrored image. */
export const EDGES = ["zero", "mean", "edge", "reflect"] as const;
export type Edges = (typeof EDGES)[number];

/** The pixel of a line of `length` that stands for one at `at`, within the line or beyond; -1: a fill does. */
export function pixelAt(at: number, length: number, edges: Edges): number {
  if (at >= 0 && at < length) return at;
  if (edges === "edge") return at < 0 ? 0 : length - 1;
  if (edges !== "reflect" || length === 1) return -1;
  // The border itself is not repeated, as in PyTorch's "reflect".
  const period = 2 * (length - 1);
  const within = ((at % period) + period) % period;
  return within < length ? within : period - within;
}
