import { type Plateau, type Schedule, type ScheduleFinding, scheduleFindings } from "@downhill/optim";
import { inWords, type Problem, type Remedy } from "../problem.ts";
import type { RunConfig } from "./run-config.ts";
import { isDrawnOut, isPlateau } from "./schedule.ts";

/** A setting that does not fit the length of a run. */
export interface ConfigFinding extends Problem {
  readonly code: ScheduleFinding["code"];
  /** Configuration key, or name of a hyperparameter. */
  readonly key: string;
  /** The problem and its remedies in sentences that name configuration keys. */
  readonly text: string;
}

function finding(code: ConfigFinding["code"], key: string, what: string, remedies: readonly Remedy[]): ConfigFinding {
  const problem = `${key}: ${what}`;
  return { code, key, problem, remedies, text: inWords({ problem, remedies }) };
}

/**
 * Returns the findings about a schedule of the configuration.
 * @param key of the configuration, or name of a hyperparameter
 * @param length of the run in `unit`s
 */
export const findingsAbout = (
  key: string,
  schedule: Schedule,
  length: number,
  unit: "step" | "epoch" = "step",
): ConfigFinding[] =>
  scheduleFindings(schedule, length, unit).map(({ code, schedule: kind, text }) =>
    finding(code, key, text, remediesFor(kind, length)),
  );

function remediesFor(kind: string, length: number): readonly Remedy[] {
  if (length === 1) return [{ raise: "epochs" }, { lower: "batchSize" }];
  if (kind === "warmup") return [{ lower: "warmup" }, { raise: "epochs" }];
  return [
    { act: isDrawnOut(kind) ? "omit the lengths, which then fit the run" : "check the lengths against the run's" },
  ];
}

/**
 * Returns the findings about patience: a number of evaluations that the run does not exceed before the last one.
 * @param held true if there are images to evaluate on; otherwise a plateau follows the training loss of each epoch
 */
export function patienceFindings(
  { epochs, evaluateEvery, earlyStopping }: Pick<RunConfig, "epochs" | "evaluateEvery" | "earlyStopping">,
  lr: Schedule | Plateau,
  held: boolean,
): ConfigFinding[] {
  const observations = held ? Math.ceil(epochs / evaluateEvery) : epochs;
  const noun = held ? "evaluation" : "epoch";
  const find = (key: string, first: number, what: string, lower: Remedy): ConfigFinding[] => {
    if (first < observations) return [];
    const problem = `${what} needs at least ${first} ${noun}s and an epoch after them, and the run has ${observations}`;
    return [finding("not-reached", key, problem, [lower, { raise: "epochs" }])];
  };
  return [
    // The first observation is the best so far; only then can others be no better.
    ...(isPlateau(lr)
      ? find("schedule", 2 + (lr.description.patience as number), "the first reduction of plateau", {
          act: "lower its patience",
        })
      : []),
    ...(earlyStopping === null
      ? []
      : find("earlyStopping", 1 + earlyStopping, `a patience of ${earlyStopping}`, { lower: "earlyStopping" })),
  ];
}
