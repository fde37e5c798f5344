/** Returns a number with about four digits: 0.3124, 12,430, 1.2e-5. */
export function number(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e9) {
    return value
      .toExponential(Math.max(0, digits - 2))
      .replace("e+", "e")
      .replace(/\.0+(?=e)/, "")
      .replace("-", "−");
  }
  const text = value.toLocaleString("en-US", { maximumSignificantDigits: size >= 1000 ? 9 : digits });
  return text.replace("-", "−");
}

/** Returns a whole number with separators. */
export const count = (value: number): string => value.toLocaleString("en-US");

/** Returns a loss with four decimals, so that losses below each other are easy to compare. */
export const lossText = (value: number | null | undefined): string => {
  const size = Math.abs(value ?? 0);
  return value === null || value === undefined || (size !== 0 && size < 1e-3) || !(size < 1e4)
    ? number(value)
    : value.toFixed(4);
};

/** Returns a share as a percentage with two decimals. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined || !Number.isFinite(share) ? "–" : `${(100 * share).toFixed(2)}\u00A0%`;

/** Returns a difference with its sign. */
export const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text.replace("-", "−"));

/** Returns a time such as 42 s, 3:07 min or 1:02:10 h. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (part: number): string => String(part).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)} h` : `${minutes}:${two(rest)} min`;
}

/** Returns the date and time of an ISO 8601 text in the time zone of the reader. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "–";
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Returns a value of a setting as text. */
export const setting = (value: unknown): string =>
  value === undefined || value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);
