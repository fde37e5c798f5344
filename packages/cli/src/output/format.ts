import { listFirst } from "@downhill/images/text";
import { visible } from "@downhill/train/text";

/** Formats a whole number: 1,204. */
export const count = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

/** Formats a number with its noun: `1 image`, `2 images`. */
export const plural = (value: number, noun: string, many = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : many}`;

/** Lists names in a sentence: "ant, bee, cat, dog, eel and 7 more". */
export const listNames = (names: readonly string[]): string => listFirst(names.map(visible));

/** Formats the number of classes with the first names: "12 classes: ant, bee, cat, dog, eel and 7 more". */
export const classesInWords = (names: readonly string[]): string =>
  `${plural(names.length, "class", "classes")}: ${listNames(names)}`;

/** Formats a share as a percentage: 91.2 %. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** Formats a number with `digits` significant digits, without trailing zeros: 0.061, 1e-4. */
export function short(value: number, digits = 3): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
    return `${Number(mantissa)}e${Number(exponent)}`;
  }
  return String(Number(value.toPrecision(digits)));
}

/** Formats a loss in a fixed width: 0.312, 2.303, 12.3. JSON stores a loss that is not finite as null. */
export const loss = (value: number | null): string =>
  value !== null && Number.isFinite(value) ? value.toFixed(value < 10 ? 3 : 1) : String(value ?? Number.NaN);

/** Formats seconds as a clock: 0:07, 1:42, 2:03:04. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Formats an image shape: [3, 32, 32] as "32x32, color". */
export const imageSize = ([channels, height, width]: readonly [number, number, number]): string =>
  `${height}x${width}${channels === 1 ? ", gray" : channels === 3 ? ", color" : `, ${channels} channels`}`;

/** Formats a value of a configuration. */
export const setting = (value: unknown): string =>
  value === undefined
    ? "-"
    : typeof value === "string"
      ? value
      : // Without the last digits, which only have the rounding of binary numbers.
        JSON.stringify(value, (_, part) => (typeof part === "number" ? Number(part.toPrecision(12)) : part));
