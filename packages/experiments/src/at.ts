/**
 * Returns the element at an index that is known to exist.
 * @throws RangeError if it does not
 */
export function at<T>(list: readonly T[], index: number): T {
  if (index < 0 || index >= list.length) throw new RangeError(`index ${index} of ${list.length}`);
  return list[index] as T;
}
