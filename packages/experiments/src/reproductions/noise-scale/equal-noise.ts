import { average } from "@downhill/train/statistics";

/** Score of a training with a group that may explain it. */
export interface GroupedScore {
  readonly group: string | number;
  readonly score: number;
}

/** Returns the share of the variance of scores that the means of their groups explain, 0 to 1. */
export function explainedBy(scores: readonly GroupedScore[]): number {
  const mean = average(scores.map(({ score }) => score));
  const total = scores.reduce((sum, { score }) => sum + (score - mean) ** 2, 0);
  const within = [...new Set(scores.map(({ group }) => group))].reduce<number>((sum, group) => {
    const values = scores.filter((one) => one.group === group).map(({ score }) => score);
    const center = average(values);
    return sum + values.reduce((part, value) => part + (value - center) ** 2, 0);
  }, 0);
  return total > 0 ? 1 - within / total : 0;
}
