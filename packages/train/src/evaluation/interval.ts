/** The normal distribution's quantile for 95 %. */
const Z = 1.959963984540054;

/**
 * Wilson's interval of 95 % for a share (https://doi.org/10.1080/01621459.1927.10502953): in which range the accuracy on
 * all images like these is likely to lie, after so many right ones among so many.
 */
export function wilsonInterval(share: number, count: number): readonly [low: number, high: number] {
  const spread = Z ** 2 / count;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / count + spread / (4 * count));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
