import { fetchDataSet } from "@downhill/images";
import { inUnits } from "@downhill/images/text";
import { defined } from "@downhill/optim/defined";
import { dataName } from "../../config/data-argument.ts";
import type { Output } from "../../output/output.ts";
import { progressReporter } from "../../output/progress-reporter.ts";
import { locationOf } from "./locations.ts";

/**
 * Downloads a data set, unless it is on this machine, and prints its folder.
 * @param folder for data sets; default: in the user's cache
 */
export async function fetchData(output: Output, data: string, folder?: string): Promise<undefined> {
  const name = dataName(data);
  const found = folder === undefined ? locationOf(name) : null;
  const report = progressReporter(output);
  const location =
    found ??
    (await fetchDataSet(name, {
      ...defined({ folder }),
      onProgress: ({ what, done, total }) => {
        const size = total > 0 ? `${inUnits(done)} of ${inUnits(total)}` : inUnits(done);
        report(what, [{ text: `${what}: ${size}`, drop: 0 }]);
      },
    }));
  output.result({ name, folder: location, fetched: found === null }, () => `${name}: ${location}`);
}
