import type { GivenConfig } from "@downhill/train";
import { flagOf } from "./flags.ts";

/** The command that trains by a configuration, whatever file or flags it came from. */
export function commandFor({ data, ...settings }: GivenConfig): string {
  const flags = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      if (typeof value === "boolean") return value ? flagOf(key) : flagOf(key).replace("--", "--no-");
      return `${flagOf(key)} ${quote(written(value))}`;
    });
  return ["downhill train", quote(data), ...flags].join(" ");
}

/** Lists of names as people write them; else JSON. */
function written(value: unknown): string {
  if (typeof value === "string") return value;
  const isPlainList = Array.isArray(value) && value.every((part) => typeof part === "string" && !part.includes(","));
  return isPlainList ? value.join(",") : JSON.stringify(value);
}

/** An argument for a shell. */
export const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
