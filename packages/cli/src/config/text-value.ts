/** Subset of JSON schema in which the settings of the configuration are described. */
export interface ValueSchema {
  readonly type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly maximum?: number;
  readonly items?: ValueSchema;
  readonly anyOf?: readonly ValueSchema[];
  readonly default?: unknown;
  /** Group in the help. */
  readonly "x-group"?: string;
  /** Text that a bare flag stands for. */
  readonly "x-bare"?: string;
  /** Registry of the names that the setting accepts, which is also a command that lists them. */
  readonly "x-registry"?: string;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a value from the command line by its schema. Text that does not fit the schema stays text, for which the check of
 * the configuration then reports the expected value.
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

/** Reads a value by the first schema that fits; text is the last resort, since it always fits. */
function readAny(options: readonly ValueSchema[], text: string): unknown {
  for (const option of options) {
    if (option.type === "string") continue;
    // Where a name is allowed, `a=b` could be either, so that an object must be JSON.
    const value = option.type === "object" ? parseJson(text) : readText(option, text);
    if (value !== undefined && value !== text) return value;
  }
  return text;
}

/** Parses a JSON object or list; returns undefined for anything else. */
function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parses `beta2=0.99,eps=1e-6` as an object; returns undefined for anything else. */
function assignments(text: string): object | undefined {
  const pairs = text.split(",").map((part) => /^\s*([A-Za-z]\w*)=(.*)$/.exec(part));
  if (pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], readLoose(pair?.[2] as string)]));
}

/** Reads a value without a schema: JSON, or else text. */
export function readLoose(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
