/** Range of a number in interval notation, such as `[0, 1)`; `[1, inf) whole` for whole numbers only. */
export type Range = string;

const INTERVAL = /^([[(])(\S+), (\S+)([\])])( whole)?$/;

/** Returns true if a number is finite and lies in the range. */
export function isWithin(value: number, range: Range): boolean {
  const [, open, low, high, close, whole] = INTERVAL.exec(range) as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) return false;
  const above = low === "-inf" || (open === "[" ? value >= Number(low) : value > Number(low));
  const below = high === "inf" || (close === "]" ? value <= Number(high) : value < Number(high));
  return above && below;
}
