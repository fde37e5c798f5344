import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { builtIns, cacheFolder } from "@downhill/images";

/** Returns the folder of a named data set on this machine; null if the data set must be downloaded. */
export function locationOf(name: string): string | null {
  if (!builtIns[name]?.from) return "ships with Downhill";
  const { DOWNHILL_DATA: own } = process.env;
  const folders = [...(own ? [join(resolve(own), name)] : []), join(cacheFolder(), "data", name)];
  return folders.find((folder) => existsSync(folder)) ?? null;
}
