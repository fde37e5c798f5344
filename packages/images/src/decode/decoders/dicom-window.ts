import type { DataSet } from "dicom-parser";
import { UnusableImage } from "../unusable-image.ts";
import type { DicomHeader } from "./dicom-header.ts";

/** The function from a stored value to a brightness from 0 to 1. */
export type Brightness = (stored: number) => number;

/** The functions of a window, by DICOM's names (PS3.3, C.11.2): center and width to brightness. */
const FUNCTIONS: Readonly<Record<string, (center: number, width: number) => Brightness>> = {
  // The width counts whole values, of which the lowest and highest are black and white.
  LINEAR: (center, width) => (value) => (value - (center - 0.5)) / Math.max(width - 1, Number.EPSILON) + 0.5,
  LINEAR_EXACT: (center, width) => (value) => (value - center) / width + 0.5,
  SIGMOID: (center, width) => (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width)),
};

/**
 * Returns the brightness of stored gray values: rescaled by slope and intercept, and then windowed. The given range has
 * precedence over the first window of the file. Without either, samples of up to 8 bits have their full range, and others
 * range from the lowest to the highest value of the image, without padding.
 * @throws UnusableImage if the file has tables in place of slope or window, or senseless numbers
 */
export function brightnessOf(
  data: DataSet,
  header: DicomHeader,
  stored: ArrayLike<number>,
  valueRange: readonly [number, number] | undefined,
): Brightness {
  if (data.elements.x00283000) throw unread("its values are defined by a lookup table (Modality LUT Sequence)");
  const [slope = 1, intercept = 0] = [data.floatString("x00281053"), data.floatString("x00281052")];
  const [center, width] = [data.floatString("x00281050"), data.floatString("x00281051")];
  if (!Number.isFinite(slope + intercept)) {
    throw new UnusableImage(`it is damaged or truncated (slope ${slope}, intercept ${intercept})`);
  }
  const rescaled = (value: number): number => value * slope + intercept;
  if (valueRange) return between(...valueRange, rescaled);
  if (center !== undefined && width !== undefined) {
    const name = data.string("x00281056") || "LINEAR";
    const create = FUNCTIONS[name];
    if (!create) throw unread(`its window is of kind ${name}; expected ${Object.keys(FUNCTIONS).join(", ")}`);
    if (!Number.isFinite(center) || !(width > 0)) {
      throw new UnusableImage(`it is damaged or truncated (window ${center}, ${width})`);
    }
    const windowed = create(center, width);
    return (value) => windowed(rescaled(value));
  }
  if (data.elements.x00283010) throw unread("its brightness is defined by a lookup table (VOI LUT Sequence)");
  if (header.bitsStored <= 8) {
    const black = header.isSigned ? -(2 ** (header.bitsStored - 1)) : 0;
    return between(black, black + 2 ** header.bitsStored - 1, Number);
  }
  const padding = header.isSigned ? data.int16("x00280120") : data.uint16("x00280120");
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i] as number;
    if (value === padding) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  // A negative slope inverts the values.
  return slope < 0 ? between(highest, lowest, Number) : between(lowest, highest, Number);
}

/** Returns the brightness of a range; an image of one value is black. */
const between =
  (black: number, white: number, toValue: (stored: number) => number): Brightness =>
  (stored) =>
    white === black ? 0 : (toValue(stored) - black) / (white - black);

const unread = (what: string): UnusableImage =>
  new UnusableImage(`${what}, which is not supported; set valueRange (--value-range), or convert it to PNG`);
