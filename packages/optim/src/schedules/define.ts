import { type Arguments, type Build, readArguments, type Specification, toJson, type Values } from "./arguments.ts";
import { MAX_DEPTH, tooDeep, VERSION } from "./description.ts";
import type { Moment, OwnMoment } from "./moments.ts";
import type { Schedule } from "./schedule.ts";

/** Definition of a kind of schedule, as its file states it. */
export interface ScheduleDefinition<
  S extends Specification,
  Companions extends string,
  Call extends readonly unknown[],
> {
  /** Key in the registry, and `kind` in descriptions. */
  readonly name: string;
  /** Name in the field's spelling. */
  readonly title: string;
  /** Paper or interface that it follows. */
  readonly source?: string;
  /** Arguments, which its descriptions also hold. */
  readonly arguments: S;
  /** Checks arguments together. Returns the problem, or undefined if there is none. */
  readonly check?: (values: Values<S>) => string | undefined;
  /** Returns the function of the step. */
  readonly values: (values: Values<S>) => (step: number) => number;
  /**
   * Returns the steps at which the schedule does what its name promises, including those of schedules inside it.
   * Default: none.
   */
  readonly moments?: (values: Values<S>) => readonly (OwnMoment | Moment)[];
  /** Returns the step from which the last value holds. Default: none. */
  readonly end?: (values: Values<S>) => number;
  /** Schedules for other hyperparameters that belong to it. */
  readonly companions?: Readonly<Record<Companions, (values: Values<S>) => Schedule>>;
  /** Converts the parameters of a call to arguments. Default: the arguments as one object. */
  readonly call?: (...call: Call) => Arguments<S>;
}

/** A kind of schedule of the library: call it to make a schedule. */
export interface ScheduleFactory<Call extends readonly unknown[] = never, Companions extends string = never> {
  (...call: Call): Schedule & { readonly [K in Companions]: Schedule };
  readonly name: string;
  readonly title: string;
  readonly source?: string;
  /** Arguments: their accepted values in words, and their defaults. */
  readonly arguments: Readonly<Record<string, { readonly expected: string; readonly default?: unknown }>>;
}

/** Interface for `build`: makes a schedule from the arguments of a description. */
export interface BuildableFactory {
  fromJson(json: Readonly<Record<string, unknown>>, build: Build, where: string): Schedule;
}

/** Levels of nested schedules in each schedule. */
const depths = /* @__PURE__ */ new WeakMap<object, number>();
const depthOf = (value: unknown): number => (typeof value === "function" ? (depths.get(value) ?? 1) : 0);

/** Defines a kind of schedule by its arguments and its value at a step. */
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
      // Made at the first read, because the momentum of a cyclical rate is cyclical itself.
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
