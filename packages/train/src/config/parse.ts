import { suggest } from "@downhill/optim/nearest";
import type { z } from "zod";
import { ConfigError } from "../error.ts";
import { checkPlain } from "./plain.ts";
import { configSchema, type GivenConfig } from "./schema.ts";
import { type SettingKey, settings } from "./settings/index.ts";

/** Maximum characters of a value in an error. */
const LONGEST = 80;

/**
 * Checks a configuration.
 * @param where source of the configuration, for errors: a file's name, or "the command line"
 * @throws ConfigError that names the key, its value and the expected value
 */
export function parseConfig(given: unknown, where = ""): GivenConfig {
  checkPlain(given, where);
  const prefix = where === "" ? "" : `${where}: `;
  const result = configSchema.safeParse(given);
  if (result.success) return result.data;
  const issue = firstOf(result.error);
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    const [key = ""] = issue.keys;
    throw new ConfigError(`${prefix}unknown key '${key}': ${suggest(key, Object.keys(settings))}`, {
      code: "unknown-key",
      setting: { path: key },
    });
  }
  if (issue.path.length === 0) {
    throw new ConfigError(`${prefix}expected an object of settings, such as { "epochs": 5 }`);
  }
  throw invalidValue(prefix, given, issue.path, issue);
}

/**
 * Checks the value of one setting.
 * @throws ConfigError that names the key, its value and the expected value
 */
export function checkSetting(key: SettingKey, value: unknown): void {
  const result = settings[key].given.safeParse(value);
  if (result.success) return;
  const issue = firstOf(result.error);
  throw invalidValue("", { [key]: value }, [key, ...issue.path], issue);
}

const firstOf = ({ issues }: { readonly issues: readonly object[] }): z.core.$ZodIssue => issues[0] as z.core.$ZodIssue;

function invalidValue(
  prefix: string,
  given: unknown,
  keys: readonly PropertyKey[],
  issue: z.core.$ZodIssue,
): ConfigError {
  const value = keys.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], given);
  const path = keys.join(".");
  const stated = value === undefined ? "is missing" : `= ${show(value)}`;
  const expected = expectation(issue);
  return new ConfigError(`${prefix}${path} ${stated}: expected ${expected}`, {
    code: "invalid-value",
    setting: { path, value, expected },
  });
}

/** Returns a value as JSON, which has no infinities, shortened to a line. */
function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}

/** Returns the expected value as the object of "expected". */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_union":
      return issue.errors.map((errors) => expectation(errors[0] as z.core.$ZodIssue)).join(" or ");
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(", ");
    case "too_small":
      if (issue.origin === "string") return "a text that is not empty";
      return `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};
