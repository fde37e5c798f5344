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

/** A share, and how many it is of. */
export interface Share {
  readonly share: number;
  readonly count: number;
}

/**
 * Newcombe's interval of 95 % for the difference of two independent shares, a minus b, from Wilson's of each (method 10 of
 * https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I).
 */
export function differenceInterval(a: Share, b: Share): readonly [low: number, high: number] {
  const [lowA, highA] = wilsonInterval(a.share, a.count);
  const [lowB, highB] = wilsonInterval(b.share, b.count);
  const difference = a.share - b.share;
  return [
    difference - Math.hypot(a.share - lowA, highB - b.share),
    difference + Math.hypot(highA - a.share, b.share - lowB),
  ];
}
