import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { builtIns, cacheFolder } from "@downhill/images";

/** Where data sets are fetched to, if nothing else is said. */
export const fetchedFolder = (): string => join(cacheFolder(), "data");

/** Where a data set with a name is on this machine; null where it has to be fetched. */
export function placeOf(name: string): string | null {
  if (!builtIns[name]?.from) return "comes with Downhill";
  const { DOWNHILL_DATA: own } = process.env;
  const places = [...(own ? [join(resolve(own), name)] : []), join(fetchedFolder(), name)];
  return places.find((place) => existsSync(place)) ?? null;
}
