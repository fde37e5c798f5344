import type { Moment } from "./moments.ts";
import type { Schedule } from "./schedule.ts";
import { settled } from "./time.ts";

/**
 * Finding about a schedule in a run of a given length: a part that the run does not reach, or an end before the run's.
 */
export interface ScheduleFinding {
  /**
   * `not-reached`: moments come after the run's last step. `ends-early`: the schedule holds its last value for the rest
   * of the run.
   */
  readonly code: "not-reached" | "ends-early";
  /** Kind of schedule, which may be part of another one. */
  readonly schedule: string;
  /** Moments that come too late, or the end that comes too early, at the first whole step of its effect. */
  readonly moments: readonly { readonly name: string; readonly step: number }[];
  readonly totalSteps: number;
  /** The finding as one sentence. */
  readonly text: string;
}

/**
 * Compares a schedule with the length of a run. Finds moments of its name that the run does not reach, and annealing
 * that ends before the run.
 * @param unit unit of the schedule's steps in texts
 * @example
 * scheduleFindings(oneCycle({ maxLr: 0.1, totalSteps: 3 }), 10)[0]?.text;
 * // "oneCycle ends at step 2 of 10 and holds its last value for the remaining 7 steps"
 */
export function scheduleFindings(schedule: Schedule, totalSteps: number, unit = "step"): ScheduleFinding[] {
  const begun = schedule.moments.filter(({ begins }) => settled(begins) < totalSteps);
  return [...groupedBySchedule(begun)].flatMap((moments) => {
    const { schedule: kind } = moments[0] as Moment;
    const finding = (code: ScheduleFinding["code"], of: readonly Moment[], text: string): ScheduleFinding => ({
      code,
      schedule: kind,
      moments: of.map(({ name, step }) => ({ name, step: wholeStep(step) })),
      totalSteps,
      text: `${kind} ${text}`,
    });
    const late = moments.filter((moment) => isLate(moment, totalSteps));
    if (late.length > 0) {
      const listed = late.map(({ name, step }) => `the ${name} (${unit} ${wholeStep(step)})`);
      const text = `does not reach ${enumerated(listed)}: the run has ${unit}s 0 to ${totalSteps - 1}`;
      return [finding("not-reached", late, text)];
    }
    const early = moments.filter(({ isFinal, step }) => isFinal && wholeStep(step) < totalSteps - 1);
    return early.map((end) => {
      const step = wholeStep(end.step);
      const rest = totalSteps - 1 - step;
      const remaining = `${rest} ${unit}${rest === 1 ? "" : "s"}`;
      const text = `ends at ${unit} ${step} of ${totalSteps} and holds its last value for the remaining ${remaining}`;
      return finding("ends-early", [end], text);
    });
  });
}

const isLate = ({ type, step }: Moment, totalSteps: number): boolean =>
  type === "change" ? wholeStep(step) >= totalSteps : settled(step) > totalSteps;

/** Returns the first whole step at or after a time. */
const wholeStep = (time: number): number => Math.ceil(settled(time));

function groupedBySchedule(moments: readonly Moment[]): Iterable<readonly Moment[]> {
  const groups = new Map<string, Moment[]>();
  for (const moment of moments) {
    const key = `${moment.schedule} ${moment.begins}`;
    groups.set(key, [...(groups.get(key) ?? []), moment]);
  }
  return groups.values();
}

const enumerated = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
