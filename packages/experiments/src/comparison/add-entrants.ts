import { openData, type RunEvent, resolveConfig, TrainError } from "@downhill/train";
import { checkEntrants } from "./begin.ts";
import type { Entrant } from "./entrant.ts";
import { type ComparisonFacts, writeFacts } from "./facts.ts";

/** Request to add entrants to a comparison. They are measured as the others were. */
export interface AddedEntrants {
  readonly kind: "add";
  readonly folder: string;
  readonly entrants: readonly Entrant[];
  /** Command that adds them, for the report. */
  readonly command?: string;
}

/**
 * Adds entrants to the facts of a comparison.
 * @throws TrainError for entrants that it already has, settings that no training can have, other images, or a comparison
 * with early stopping, whose halves would have been others
 */
export async function addEntrants(
  facts: ComparisonFacts,
  { folder, entrants, command = "" }: AddedEntrants,
  onEvent: (event: RunEvent) => void,
): Promise<ComparisonFacts> {
  const all = [...facts.entrants, ...entrants];
  checkEntrants(all);
  if (facts.stopEarly) {
    throw new TrainError(
      `${folder}: the comparison stops early, so that new entrants cannot be compared with those that were dropped. Start a new comparison with all of them.`,
    );
  }
  const data = await openData(facts.given, undefined, onEvent);
  if (data.fingerprint !== facts.data.fingerprint) {
    throw new TrainError(`${facts.given.data}: the images have changed since the comparison started`, {
      code: "other-data",
      remedies: [{ act: "restore the images" }, { act: "start a new comparison" }],
    });
  }
  for (const { changes } of entrants) resolveConfig({ ...facts.given, ...changes }, data);
  const commands = [facts.command, command].filter((text) => text !== "");
  const extended = { ...facts, entrants: all, command: commands.join("\n") };
  writeFacts(folder, extended);
  return extended;
}
