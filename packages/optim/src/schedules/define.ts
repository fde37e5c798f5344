import { type Arguments, type Build, readArguments, type Specification, toJson, type Values } from "./arguments.ts";
import { MAX_DEPTH, tooDeep, VERSION } from "./description.ts";
import type { Moment, OwnMoment } from "./moments.ts";
import type { Schedule } from "./schedule.ts";

/** A kind of schedule as its file states it. */
export interface ScheduleDefinition<
  S extends Specification,
  Companions extends string,
  Call extends readonly unknown[],
> {
  /** The key in the registry, and `kind` in descriptions. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  /** The paper, or the interface, that it follows. */
  readonly source?: string;
  /** What it takes, which is also what its descriptions hold. */
  readonly arguments: S;
  /** What arguments must satisfy together: a message where they do not. */
  readonly check?: (values: Values<S>) => string | undefined;
  /** The function of the step. */
  readonly values: (values: Values<S>) => (step: number) => number;
  /** The steps at which it does what its name promises, those of other schedules included. Default: none. */
  readonly moments?: (values: Values<S>) => readonly (OwnMoment | Moment)[];
  /** The step from which the last value holds. Default: none. */
  readonly end?: (values: Values<S>) => number;
  /** Schedules for other hyperparameters that go with it. */
  readonly companions?: Readonly<Record<Companions, (values: Values<S>) => Schedule>>;
  /** How it is called, where not with its arguments as one object. */
  readonly call?: (...call: Call) => Arguments<S>;
}

/** A kind of schedule of the library: call it to make a schedule. */
export interface ScheduleFactory<Call extends readonly unknown[] = never, Companions extends string = never> {
  (...call: Call): Schedule & { readonly [K in Companions]: Schedule };
  readonly name: string;
  readonly title: string;
  readonly source?: string;
  /** What it takes, in words, with defaults. */
  readonly arguments: Readonly<Record<string, { readonly expected: string; readonly default?: unknown }>>;
}

/** What `build` needs besides: the schedule of a description's arguments. */
export interface BuildableFactory {
  fromJson(json: Readonly<Record<string, unknown>>, build: Build, where: string): Schedule;
}

/** How many levels of schedules are within each other, of each schedule that was made. */
const depths = /* @__PURE__ */ new WeakMap<object, number>();
const depthOf = (value: unknown): number => (typeof value === "function" ? (depths.get(value) ?? 1) : 0);

/** Defines a kind of schedule: its arguments, and its value at a step. */
export function defineSchedule<
  const S extends Specification,
  Companions extends string = never,
  Call extends readonly unknown[] = readonly [arguments: Arguments<S>],
>(definition: ScheduleDefinition<S, Companions, Call>): ScheduleFactory<Call, Companions> {
  const { name, title, source, arguments: specification, check, companions = {}, call } = definition;

  const make = (given: unknown, owner: string): Schedule => {
    const values = readArguments(owner, specification, given);
    const problem = check?.(values);
    if (problem) throw new RangeError(`${owner}: ${problem}`);
    const depth =
      1 +
      Object.values(values)
        .flat()
        .reduce<number>((most, part) => Math.max(most, depthOf(part)), 0);
    if (depth > MAX_DEPTH) throw new RangeError(tooDeep(owner));
    const at = definition.values(values);
    const schedule = (step: number): number => {
      if (!(step >= 0 && step < Number.POSITIVE_INFINITY)) {
        throw new RangeError(`${name}: step = ${step}: expected a number in [0, inf)`);
      }
      return at(step);
    };
    Object.defineProperties(schedule, {
      name: { value: name },
      description: { value: { version: VERSION, kind: name, ...toJson(specification, values) }, enumerable: true },
      moments: {
        value: (definition.moments?.(values) ?? []).map((moment) => ({ schedule: name, begins: 0, ...moment })),
      },
      end: { value: definition.end?.(values) ?? Number.POSITIVE_INFINITY, enumerable: true },
    });
    depths.set(schedule, depth);
    for (const [companion, create] of Object.entries<(values: Values<S>) => Schedule>(companions)) {
      let made: Schedule | undefined;
      // Made when first asked for: a cyclical rate's momentum is cyclical itself.
      const get = (): Schedule => {
        made ??= create(values);
        return made;
      };
      Object.defineProperty(schedule, companion, { get, enumerable: true });
    }
    return schedule as Schedule;
  };

  const factory = (...args: Call): Schedule => make(call ? call(...args) : args[0], name);
  const fromJson: BuildableFactory["fromJson"] = (json, build, where) => {
    const given = { ...json };
    for (const [argument, { json: format }] of Object.entries(specification)) {
      if (format && argument in given) given[argument] = format.read(given[argument], build, `${where}.${argument}`);
    }
    return make(given, where);
  };
  for (const [key, value] of Object.entries({ name, title, source, arguments: specification, fromJson })) {
    Object.defineProperty(factory, key, { value, enumerable: key !== "fromJson" });
  }
  return factory as unknown as ScheduleFactory<Call, Companions>;
}
