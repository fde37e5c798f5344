/** The fill for pixels beyond the border: black, the data's mean color, the nearest pixel, or the mirrored image. */
export const EDGES = ["zero", "mean", "edge", "reflect"] as const;
export type Edges = (typeof EDGES)[number];

/** Returns the index within a line of `length` pixels that supplies the pixel at `at`; -1 if a fill color does. */
export function sourceIndex(at: number, length: number, edges: Edges): number {
  if (at >= 0 && at < length) return at;
  if (edges === "edge") return at < 0 ? 0 : length - 1;
  if (edges !== "reflect" || length === 1) return -1;
  // The border itself is not repeated, as in PyTorch's "reflect".
  const period = 2 * (length - 1);
  const within = ((at % period) + period) % period;
  return within < length ? within : period - within;
}
