/** What of JSON schema the configuration's is made of. */
export interface ValueSchema {
  readonly type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly maximum?: number;
  readonly items?: ValueSchema;
  readonly anyOf?: readonly ValueSchema[];
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A value as it is written in a command, by the schema of what is expected. Text that is no such value stays text, so that
 * the check of the configuration says what was expected.
 */
export function readText(schema: ValueSchema, text: string): unknown {
  switch (schema.type) {
    case "number":
    case "integer":
      return NUMBER.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "array":
      if (text.trimStart().startsWith("[")) return parseJson(text) ?? text;
      return text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "")
        .map((part) => readText(schema.items ?? {}, part));
    case "object":
      return parseJson(text) ?? assignments(text) ?? text;
    case "string":
      return text;
    default:
      return readAny(schema.anyOf ?? [], text);
  }
}

/** A text is the last thing to take it for: everything is one. */
function readAny(options: readonly ValueSchema[], text: string): unknown {
  for (const option of options) {
    if (option.type === "string") continue;
    // Of an object in the place of a name, the names alone would be ambiguous.
    const value = option.type === "object" ? parseJson(text) : readText(option, text);
    if (value !== undefined && value !== text) return value;
  }
  return text;
}

/** An object or a list; undefined for what is no JSON, or anything else. */
function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `beta2=0.99,eps=1e-6` as an object. */
function assignments(text: string): object | undefined {
  const pairs = text.split(",").map((part) => /^\s*([A-Za-z]\w*)=(.*)$/.exec(part));
  if (pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], readLoose(pair?.[2] as string)]));
}

/** A value of which nothing is known: JSON, or else a text. */
export function readLoose(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
