import { type RunEvent, resolveConfig, TrainError } from "@downhill/train";
import { checkEntrants } from "./begin.ts";
import { configOf, type Entrant } from "./entrant.ts";
import { type ComparisonFacts, writeFacts } from "./facts.ts";
import { openSameData } from "./open-data.ts";

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
  const data = await openSameData(facts, onEvent);
  for (const entrant of entrants) resolveConfig(configOf(facts.given, entrant), data);
  const commands = [facts.command, command].filter((text) => text !== "");
  const extended = { ...facts, entrants: all, command: commands.join("\n") };
  writeFacts(folder, extended);
  return extended;
}
