const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** Formats a number of bytes in units of powers of 1000: 12.3 MB. */
export function inUnits(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${UNITS[power]}`;
}
