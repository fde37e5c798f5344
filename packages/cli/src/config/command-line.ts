import type { Choices } from "@downhill/experiments";
import type { GivenConfig } from "@downhill/train";
import { flagOf, noFlagOf } from "./flags.ts";

/** Returns the command that trains with a configuration, from whatever file or flags it came. */
export function commandFor({ data, ...settings }: GivenConfig): string {
  const flags = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => flagAndValue(key, value));
  return ["downhill train", quote(data), ...flags].join(" ");
}

/** Returns the command that compares entrants with a common configuration. */
export function compareCommand(
  { data, ...settings }: GivenConfig,
  { optimizer, schedule, model, batchSize }: Choices,
  options: Readonly<Record<string, unknown>>,
): string {
  const entrants = { optimizers: optimizer, schedules: schedule, models: model, batchSizes: batchSize };
  const lists = Object.entries(entrants).flatMap(([key, list]) => (list.length > 0 ? [[key, list.join(",")]] : []));
  const others = [...Object.entries(options), ...Object.entries(settings)].filter(
    ([, value]) => value !== undefined && value !== false && value !== null,
  );
  const flags = [...lists, ...others].map(([key, value]) => flagAndValue(key as string, value));
  return ["downhill compare", quote(data), ...flags].join(" ");
}

/** Returns the command that advises on a configuration. */
export function adviseCommand({ data, ...settings }: GivenConfig, options: Readonly<Record<string, unknown>>): string {
  const flags = Object.entries({ ...options, ...settings })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => flagAndValue(key, value));
  return ["downhill advise", quote(data), ...flags].join(" ");
}

/** Returns the flag of a configuration key with its value, quoted for a shell: `--lr 0.1`, `--no-tune`; without a value, the flag alone. */
export function flagAndValue(key: string, value: unknown): string {
  if (value === undefined) return flagOf(key);
  if (typeof value === "boolean") return value ? flagOf(key) : noFlagOf(key);
  return `${flagOf(key)} ${quote(written(value))}`;
}

/** Returns a list of names with commas between them, any other value as JSON. */
function written(value: unknown): string {
  if (typeof value === "string") return value;
  const isPlainList = Array.isArray(value) && value.every((part) => typeof part === "string" && !part.includes(","));
  return isPlainList ? value.join(",") : JSON.stringify(value);
}

/** Quotes an argument for a shell where it needs quotes. */
export const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
