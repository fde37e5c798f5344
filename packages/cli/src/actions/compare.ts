import {
  type Choices,
  type Comparison,
  type ComparisonRequest,
  configOf,
  type Entrant,
  entrantsOf,
  firstSeeds,
  type NewComparison,
  readFacts,
  startComparison,
} from "@downhill/experiments";
import { checkNames, type GivenConfig } from "@downhill/train";
import { compareCommand } from "../config/command-line.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { comparisonText, comparisonToJson } from "../training/comparison-summary.ts";
import { ComparisonView } from "../training/comparison-view.ts";
import { follow } from "../training/follow.ts";
import { claimFolder } from "../training/run-folder.ts";
import { UsageError } from "../usage-error.ts";

/** Options of a new comparison, as a command gives them. */
export interface CompareOptions
  extends Pick<NewComparison, "tuning" | "measure" | "target" | "budget" | "stopEarly" | "jobs"> {
  /** Number of seeds. */
  readonly seeds?: number;
  /** True if each entrant also searches its weight decay. */
  readonly tuneWeightDecay: boolean;
}

/** Trainings by which each entrant searches its weight decay. */
const WEIGHT_DECAY_TRAININGS = 3;

/** Starts a new comparison, and returns the exit status. */
export async function startNew(
  output: Output,
  { lr: _, ...given }: GivenConfig,
  choices: Choices,
  out: string | undefined,
  { seeds, tuneWeightDecay, ...options }: CompareOptions,
): Promise<number> {
  const entrants = checkedEntrants(given, choices);
  if (entrants.length < 2) {
    throw new UsageError(`compare: ${entrants[0]?.name} is the only entrant. Expected at least two to compare.`);
  }
  const folder = claimFolder(out, { ...given, optimizer: "comparison" });
  process.once("exit", folder.release);
  const { budget, ...shown } = options;
  const time = budget === undefined ? {} : { budget: `${budget}s` };
  const command = compareCommand(given, choices, { seeds, tuneWeightDecay, ...shown, ...time });
  return followComparison(output, {
    kind: "new",
    given,
    entrants,
    folder: folder.path,
    command,
    ...options,
    ...(tuneWeightDecay ? { weightDecayTuning: WEIGHT_DECAY_TRAININGS } : {}),
    ...(seeds === undefined ? {} : { seeds: firstSeeds(given.seed ?? 0, seeds) }),
  });
}

/** Resumes a comparison, and returns the exit status. */
export const resumeComparison = (output: Output, folder: string, jobs: number): Promise<number> =>
  followComparison(output, { kind: "resume", folder, jobs });

/** Adds entrants to a comparison, and returns the exit status. */
export function addEntrants(output: Output, folder: string, choices: Choices, jobs: number): Promise<number> {
  const entrants = checkedEntrants(readFacts(folder).given, choices);
  return followComparison(output, { kind: "add", folder, entrants, jobs });
}

/** @throws ConfigError for a name that is unknown */
function checkedEntrants(given: GivenConfig, choices: Choices): Entrant[] {
  const entrants = entrantsOf(choices);
  for (const entrant of entrants) checkNames(configOf(given, entrant));
  return entrants;
}

function followComparison(output: Output, request: ComparisonRequest): Promise<number> {
  const view = new ComparisonView(output);
  return follow(
    output,
    (onEvent: Parameters<typeof startComparison>[1] & object) => startComparison(request, onEvent),
    (event) => view.show(event),
    ({ result, interrupted, unwritable }) => {
      output.result(comparisonToJson(result), () => comparisonText(result, output));
      const stopped = !result.isFinished || interrupted === STATUS.outputClosed || unwritable ? interrupted : null;
      return stopped ?? statusOf(result);
    },
  );
}

/** Failed trials are shown in the table; without any result, the comparison has failed. */
const statusOf = ({ entrants }: Comparison): number =>
  entrants.some(({ accuracy }) => accuracy !== null) ? STATUS.done : STATUS.failed;
