import type { Evaluation } from "./scores.ts";

/** Ratio of the largest to the smallest class from which the balanced accuracy differs noticeably from the accuracy. */
const UNBALANCED = 1.5;

/** True if the evaluated classes differ in size by a factor of at least 1.5, so that their balanced accuracy is of interest. */
export function isUnbalanced({ confusion }: { readonly confusion: Evaluation["confusion"] | null }): boolean {
  const sizes = (confusion ?? []).map((row) => row.reduce((sum, n) => sum + n, 0)).filter((size) => size > 0);
  return sizes.length > 1 && Math.max(...sizes) >= UNBALANCED * Math.min(...sizes);
}
