import { type Plateau, type Schedule, type ScheduleFinding, scheduleFindings } from "@downhill/optim";
import type { RunConfig } from "./resolve.ts";
import { isDrawnOut, isPlateau } from "./schedule.ts";

/** Something that a setting of a run cannot do in a run of this length. */
export interface ConfigFinding {
  readonly code: ScheduleFinding["code"];
  /** The setting: a key of the configuration, or the name of a hyperparameter. */
  readonly key: string;
  /** One sentence, and what to do. */
  readonly text: string;
}

/** Findings about a schedule of the configuration in a run of so many steps, or epochs. */
export function findingsAbout(
  key: string,
  schedule: Schedule,
  totalSteps: number,
  unit: "step" | "epoch" = "step",
): ConfigFinding[] {
  return scheduleFindings(schedule, totalSteps, unit).map(({ code, schedule: kind, text }) => {
    return { code, key, text: `${key}: ${text}. ${adviceFor(kind, totalSteps)}` };
  });
}

function adviceFor(kind: string, totalSteps: number): string {
  if (totalSteps === 1) return "Train longer, or with smaller batches.";
  if (kind === "warmup") return "Shorten the warm-up, or train longer.";
  return isDrawnOut(kind) ? "Lengths that are left out are fitted to the run." : "Check its lengths against the run's.";
}

/**
 * Findings about what depends on evaluations: patience that the evaluations of a run cannot exhaust before the last one.
 * @param held whether images are held out to evaluate on; without any, a plateau follows each epoch's training loss
 */
export function patienceFindings(
  { epochs, evaluateEvery, earlyStopping }: Pick<RunConfig, "epochs" | "evaluateEvery" | "earlyStopping">,
  lr: Schedule | Plateau,
  held: boolean,
): ConfigFinding[] {
  const observations = held ? Math.ceil(epochs / evaluateEvery) : epochs;
  const noun = held ? "evaluation" : "epoch";
  const find = (key: string, first: number, what: string): ConfigFinding[] =>
    first < observations
      ? []
      : [
          {
            code: "not-reached",
            key,
            text: `${key}: ${what} needs at least ${first} ${noun}s and an epoch after them, and the run has ${observations}. Lower the patience, or train longer.`,
          },
        ];
  return [
    // The first observation is the best so far; only then can others be no better.
    ...(isPlateau(lr) ? find("schedule", 2 + (lr.description.patience as number), "a plateau's first reduction") : []),
    ...(earlyStopping === null ? [] : find("earlyStopping", 1 + earlyStopping, `a patience of ${earlyStopping}`)),
  ];
}
