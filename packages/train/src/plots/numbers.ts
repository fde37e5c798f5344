const MINUS = "−";

/** Formats a number with at most four significant digits; small and large ones with a power of ten. */
export function number(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(digits));
  if (size >= 1e-4 && size < 1e6) return minus(rounded.toLocaleString("en-US", { maximumFractionDigits: 12 }));
  const [mantissa, exponent] = rounded.toExponential().split("e") as [string, string];
  const power = `10${[...String(Number(exponent))].map((digit) => SUPERSCRIPT[digit]).join("")}`;
  return minus(mantissa === "1" ? power : `${mantissa}·${power}`);
}

const SUPERSCRIPT: Readonly<Record<string, string>> = {
  "-": "⁻",
  ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((digit, i) => [String(i), digit])),
};

const minus = (text: string): string => text.replace("-", MINUS);

/** Formats a whole number with thousands separators. */
export const count = (value: number): string => Math.round(value).toLocaleString("en-US");

/** No-break space, which keeps a percentage on one line. */
const SPACE = "\u00a0";

/** Formats a share from 0 to 1 as a percentage. Only exact shares of 1 and 0 become 100 % and 0 %. */
export function percent(share: number, decimals = 1): string {
  const [text, one, zero] = [share, 1, 0].map((value) => (100 * value).toFixed(decimals)) as [string, string, string];
  const step = 10 ** -decimals;
  if (text === one && share < 1) return `>${SPACE}${(100 - step).toFixed(decimals)}${SPACE}%`;
  if (text === zero && share > 0) return `<${SPACE}${step.toFixed(decimals)}${SPACE}%`;
  return `${text}${SPACE}%`;
}

/** Formats a count with its noun: "1 epoch", "2 epochs". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${Math.round(value) === 1 ? one : many}`;
