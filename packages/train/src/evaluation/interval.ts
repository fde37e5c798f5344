/** Quantile of the normal distribution for a 95 % interval. */
const Z = 1.959963984540054;

/**
 * Returns Wilson's 95 % interval of a share (https://doi.org/10.1080/01621459.1927.10502953): the likely range of the true
 * accuracy.
 * @param share measured share, 0 to 1
 * @param count number of images
 */
export function wilsonInterval(share: number, count: number): readonly [low: number, high: number] {
  const spread = Z ** 2 / count;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / count + spread / (4 * count));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Measured share with its sample size. */
export interface Share {
  readonly share: number;
  readonly count: number;
}

/**
 * Returns Newcombe's 95 % interval of the difference of two independent shares, a minus b, from their Wilson intervals (method 10 of
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
