/**
 * Returns a value as an error message quotes it, at most 80 characters long; numbers that JSON does not have are
 * written by name.
 */
export function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  let text: string | undefined;
  try {
    text = JSON.stringify(value, (_, part) =>
      typeof part === "number" && !Number.isFinite(part) ? `${part}` : typeof part === "bigint" ? `${part}n` : part,
    );
  } catch {
    // It contains itself, or is nested too deep.
  }
  if (text === undefined) return Array.isArray(value) ? "a list" : "an object";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
