import { builtIns } from "@downhill/images";
import type { Output } from "../../output/output.ts";
import { definitions } from "../../output/table.ts";
import { placeOf } from "./places.ts";

/** Lists the data sets that have names, and where they are. */
export function list(output: Output): undefined {
  const sets = Object.entries(builtIns).map(([name, { title, about, licence, from }]) => ({
    name,
    title,
    about,
    licence,
    from: from?.base ?? null,
    place: placeOf(name),
  }));
  output.result(sets, () =>
    definitions(
      output.results,
      sets.map(({ name, about, licence, place, from }) => {
        const where = from === null ? "" : place === null ? `; not here: downhill data fetch ${name}` : `; in ${place}`;
        return [name, `${about}${where}. Licence: ${licence}.`];
      }),
    ),
  );
}
