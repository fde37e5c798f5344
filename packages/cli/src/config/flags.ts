import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { readText, type ValueSchema } from "./text-value.ts";

/** Keys that choose how images and labels are read. */
export const READING_KEYS = [
  ...(["dataFormat", "labels", "labelColumn", "imageColumn", "splitColumn", "labelPattern"] as const),
  ...(["trainFolder", "validationFolder", "testFolder", "classLevel"] as const),
] as const;

/** Returns the schema of each key but `data`, which is an argument, from the file that editors read too. */
export function keySchemas(): Readonly<Record<string, ValueSchema>> {
  const text = readFileSync(new URL("../../downhill.schema.json", import.meta.url), "utf8");
  const { properties } = JSON.parse(text) as { readonly properties: Readonly<Record<string, ValueSchema>> };
  const { data, $schema, ...keys } = properties;
  return keys;
}

/** Returns the flag of a key: `--batch-size` for `batchSize`. */
export const flagOf = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Adds a flag for each key of the configuration to a command, in the groups and the order of the schema. */
export function addConfigFlags(command: Command): void {
  for (const [key, schema] of Object.entries(keySchemas())) {
    command.addOption(keyOption(key, schema).helpGroup(`${schema["x-group"]}:`));
    if (schema.type === "boolean") command.addOption(new Option(noFlagOf(key)).hideHelp());
  }
}

/** Returns the flag that turns a boolean setting off: `--no-tune`. */
export const noFlagOf = (key: string): string => flagOf(key).replace("--", "--no-");

/** Returns the flag of a key. */
export function keyOption(key: string, schema = keySchemas()[key]): Option {
  if (!schema) throw new Error(`There is no key ${key} in the schema of the configuration`);
  const bare = schema["x-bare"];
  if (bare !== undefined) {
    return new Option(`${flagOf(key)} [${placeholder(schema)}]`, describe(key, schema)).preset(bare);
  }
  const flag = schema.type === "boolean" ? flagOf(key) : `${flagOf(key)} <${placeholder(schema)}>`;
  return new Option(flag, describe(key, schema));
}

/** Returns the doc line of a key, with the command or the flag that it refers to. */
function describe(key: string, { description = "", default: standard, "x-registry": registry }: ValueSchema): string {
  if (registry !== undefined) return `${description}; downhill ${registry} lists them`;
  return standard === true ? `${description}; ${noFlagOf(key)} turns it off` : description;
}

/** Returns the values of the keys that were given as flags. */
export function readConfigFlags(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const schemas = keySchemas();
  const given = Object.entries(options).filter(([key, value]) => key in schemas && value !== undefined);
  return Object.fromEntries(
    given.map(([key, value]) => [
      key,
      typeof value === "string" ? readText(schemas[key] as ValueSchema, value) : value,
    ]),
  );
}

/** Maximum characters of a placeholder; longer choices would push all descriptions to the right. */
const WIDEST = 16;

/** Returns the placeholder of a value in the help. */
function placeholder(schema: ValueSchema): string {
  if (schema.enum) return schema.enum.join("|").length <= WIDEST ? schema.enum.join("|") : "name";
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf) return schema.anyOf.map(placeholder).join("|");
  const words = { string: "name", number: "number", integer: "n", array: "list", object: "json", boolean: "" };
  return schema.type ? words[schema.type] : "value";
}
