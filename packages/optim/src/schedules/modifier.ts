import { type Argument, type Arguments, type Specification, schedule as scheduleArgument } from "./arguments.ts";
import { defineSchedule, type ScheduleDefinition, type ScheduleFactory } from "./define.ts";
import type { Schedule } from "./schedule.ts";

type WithSchedule<S> = S & { readonly schedule: Argument<Schedule> };

/** Parameters of a modifier: the settings may be omitted if each of them may. */
type ModifierCall<S> =
  Record<string, never> extends Arguments<S>
    ? readonly [schedule: Schedule, settings?: Arguments<S>]
    : readonly [schedule: Schedule, settings: Arguments<S>];

/** Defines a kind of schedule that modifies another one: `modifier(schedule, settings)`. */
export function defineModifier<const S extends Specification, Companions extends string = never>(
  definition: Omit<ScheduleDefinition<WithSchedule<S>, Companions, never>, "arguments" | "call"> & {
    readonly arguments: S;
  },
): ScheduleFactory<ModifierCall<S>, Companions> {
  return defineSchedule({
    ...definition,
    arguments: { schedule: scheduleArgument(), ...definition.arguments } as WithSchedule<S>,
    call: (schedule: Schedule, settings: object = {}) =>
      ({ ...settings, schedule }) as unknown as Arguments<WithSchedule<S>>,
  }) as unknown as ScheduleFactory<ModifierCall<S>, Companions>;
}
