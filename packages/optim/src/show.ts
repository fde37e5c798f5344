/** A value as an error message quotes it: numbers that JSON has no word for by name, long ones cut. */
export function show(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  }
  const text = JSON.stringify(value, (_, part) =>
    typeof part === "number" && !Number.isFinite(part) ? `${part}` : part,
  );
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
