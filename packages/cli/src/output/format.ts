import { listFirst } from "@downhill/images/text";
import { visible } from "@downhill/train/text";

/** 1,204 */
export const count = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

/** `1 image`, `2 images`. */
export const plural = (value: number, noun: string, many = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : many}`;

/** Lists names in a sentence: "ant, bee, cat, dog, eel and 7 more". */
export const listNames = (names: readonly string[]): string => listFirst(names.map(visible));

/** The number of classes, and the names of the first: "12 classes: ant, bee, cat, dog, eel and 7 more". */
export const classesInWords = (names: readonly string[]): string =>
  `${plural(names.length, "class", "classes")}: ${listNames(names)}`;

/** A share as 91.2 %. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** Three or four digits, without needless zeros: 0.061, 1e-4, 0.3125. */
export function short(value: number, digits = 3): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
    return `${Number(mantissa)}e${Number(exponent)}`;
  }
  return String(Number(value.toPrecision(digits)));
}

/** A loss, as wide each time: 0.312, 2.303, 12.3. JSON keeps one that is not finite as null. */
export const loss = (value: number | null): string =>
  value !== null && Number.isFinite(value) ? value.toFixed(value < 10 ? 3 : 1) : String(value ?? Number.NaN);

/** 1:42, 2:03:04; below a minute 12.3 s. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return clock(seconds);
}

/** 0:07, 1:42, 2:03:04 */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** 12.3 MB: powers of 1000. */
export function bytes(value: number): string {
  const power = Math.min(UNITS.length - 1, value < 1000 ? 0 : Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${UNITS[power]}`;
}

/** [3, 32, 32] as 32x32, in colour. */
export const imageSize = ([channels, height, width]: readonly [number, number, number]): string =>
  `${height}x${width}${channels === 1 ? ", grey" : channels === 3 ? ", colour" : `, ${channels} channels`}`;

/** A value of a configuration, as a person writes it. */
export const setting = (value: unknown): string =>
  value === undefined
    ? "-"
    : typeof value === "string"
      ? value
      : // Without the last digits, in which only the rounding of binary numbers shows.
        JSON.stringify(value, (_, part) => (typeof part === "number" ? Number(part.toPrecision(12)) : part));
