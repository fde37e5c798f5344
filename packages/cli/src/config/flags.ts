import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { readText, type ValueSchema } from "./text-value.ts";

/** The keys of the configuration in the order of the help; those that are not named here come last. */
/** Keys that choose the folders of parts within the data. */
export const FOLDER_KEYS = ["trainFolder", "validationFolder", "testFolder"] as const;

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "Model and optimizer:": [
    "model",
    "optimizer",
    "lr",
    "schedule",
    "warmup",
    "momentum",
    "weightDecay",
    "clipNorm",
    "ema",
    "lookahead",
    "hyperparameters",
    "groups",
    "modelOptions",
  ],
  "Training:": [
    "epochs",
    "batchSize",
    "batchSchedule",
    "increaseBatchInsteadOfDecay",
    "largestBatch",
    "largestPart",
    "order",
    "augment",
    "labelSmoothing",
    "earlyStopping",
    "evaluateEvery",
    "testTimeAugmentation",
  ],
  "Data:": [...FOLDER_KEYS, "validationShare", "imageSize", "channels", "trainLimit", "testLimit"],
};
const REST = "Run:";

/** The schema of each key but `data`, which is an argument. It is read from the file that editors read too. */
export function keySchemas(): Readonly<Record<string, ValueSchema>> {
  const text = readFileSync(new URL("../../downhill.schema.json", import.meta.url), "utf8");
  const { properties } = JSON.parse(text) as { readonly properties: Readonly<Record<string, ValueSchema>> };
  const { data, $schema, ...keys } = properties;
  return keys;
}

/** `batchSize` as `--batch-size`. */
export const flagOf = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Gives a command a flag for each key of the configuration. */
export function addConfigFlags(command: Command): void {
  const schemas = keySchemas();
  const grouped = Object.values(GROUPS).flat();
  const rest = Object.keys(schemas).filter((key) => !grouped.includes(key));
  for (const [group, keys] of Object.entries({ ...GROUPS, [REST]: rest })) {
    for (const key of keys) {
      command.addOption(keyOption(key, schemas[key]).helpGroup(group));
      if (schemas[key]?.type === "boolean")
        command.addOption(new Option(flagOf(key).replace("--", "--no-")).hideHelp());
    }
  }
}

/** The flag of a key. */
export function keyOption(key: string, schema = keySchemas()[key]): Option {
  if (!schema) throw new Error(`There is no key ${key} in the schema of the configuration`);
  const { description = "" } = schema;
  return new Option(schema.type === "boolean" ? flagOf(key) : `${flagOf(key)} <${placeholder(schema)}>`, description);
}

/** The keys that were given as flags, as values. */
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

/** Of what stands for a value; longer choices would push all descriptions to the right. */
const WIDEST = 16;

/** What stands for a value in the help. */
function placeholder(schema: ValueSchema): string {
  if (schema.enum) return schema.enum.join("|").length <= WIDEST ? schema.enum.join("|") : "name";
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf) return schema.anyOf.map(placeholder).join("|");
  const words = { string: "name", number: "number", integer: "n", array: "list", object: "json", boolean: "" };
  return schema.type ? words[schema.type] : "value";
}
