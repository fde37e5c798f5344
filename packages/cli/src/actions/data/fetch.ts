import { fetchDataSet } from "@downhill/images";
import { dataName } from "../../config/data-argument.ts";
import { bytes } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { placeOf } from "./places.ts";

/** Fetches a data set, unless it is there. */
export async function fetchData(
  output: Output,
  [data]: readonly [string],
  { folder: into }: { readonly folder?: string },
): Promise<undefined> {
  const name = dataName(data);
  const there = into === undefined ? placeOf(name) : null;
  let fetching = "";
  const folder =
    there ??
    (await fetchDataSet(name, {
      ...(into === undefined ? {} : { folder: into }),
      onProgress: ({ what, done, total }) => {
        if (output.isLive) {
          const size = total > 0 ? `${bytes(done)} of ${bytes(total)}` : bytes(done);
          output.status([{ text: `${what}: ${size}`, drop: 0 }]);
        } else if (what !== fetching) output.log(what);
        fetching = what;
      },
    }));
  output.result({ name, folder, fetched: there === null }, () => `${name}: ${folder}`);
}
