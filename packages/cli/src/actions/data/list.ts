import { builtIns } from "@downhill/images";
import type { Output } from "../../output/output.ts";
import { definitions } from "../../output/table.ts";
import { PROGRAM } from "../../program-name.ts";
import { locationOf } from "./locations.ts";

/** Prints the data sets that have names, and their folders. */
export async function listDataSets(output: Output): Promise<undefined> {
  const sets = Object.entries(builtIns).map(([name, { title, about, license, from }]) => ({
    name,
    title,
    about,
    license,
    from: from?.base ?? null,
    place: locationOf(name),
  }));
  output.result(sets, () =>
    definitions(
      output.results,
      sets.map(({ name, about, license, place, from }) => {
        const download = `Not downloaded: ${PROGRAM} data fetch ${name}`;
        const location = from === null ? "" : place === null ? ` ${download}.` : ` In ${place}.`;
        return [name, `${about}.${location} License: ${license}.`];
      }),
    ),
  );
}
