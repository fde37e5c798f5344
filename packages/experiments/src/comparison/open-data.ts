import type { DataSet } from "@downhill/images";
import { openData, type RunEvent, TrainError } from "@downhill/train";
import type { ComparisonFacts } from "./facts.ts";

/**
 * Opens the images of a comparison.
 * @throws TrainError if they are not those with which it started
 */
export async function openSameData(facts: ComparisonFacts, onEvent: (event: RunEvent) => void): Promise<DataSet> {
  const data = await openData(facts.given, undefined, onEvent);
  if (data.fingerprint === facts.data.fingerprint) return data;
  throw new TrainError(`${facts.given.data}: the images have changed since the comparison started`, {
    code: "other-data",
    remedies: [{ act: "restore the images" }, { act: "start a new comparison" }],
  });
}
