/** The columns of a whole bar. */
const COLUMNS = 24;

/** Eighths of a column, from one to eight. */
const EIGHTHS = "▏▎▍▌▋▊▉█";

/** Draws a share from 0 to 1 as a horizontal bar: in eighths of a column, or in signs if only ASCII can be shown. */
export function bar(share: number, unicode: boolean): string {
  if (!unicode) return "#".repeat(Math.round(share * COLUMNS));
  const eighths = Math.round(share * COLUMNS * EIGHTHS.length);
  const rest = eighths % EIGHTHS.length;
  return "█".repeat(Math.floor(eighths / EIGHTHS.length)) + (rest === 0 ? "" : EIGHTHS[rest - 1]);
}
