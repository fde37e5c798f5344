import type { Build } from "./arguments.ts";
import type { BuildableFactory } from "./define.ts";
import { type Description, isTooDeep, readDescription, tooDeep } from "./description.ts";
import * as kinds from "./index.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Every kind of schedule by its name; `kinds`, an object of only these; and `build`.
 * @example
 * Object.keys(schedules.kinds); // "chain", "clamp", "constant", ...
 * schedules.build({ kind: "cosine", base: 0.1, tMax: 100 }); // the same as schedules.cosine({ base: 0.1, tMax: 100 })
 */
export const schedules = /* @__PURE__ */ Object.freeze({ ...kinds, kinds, build });

/**
 * Makes the schedule of a description, with the same value at every step. Arguments with defaults may be omitted.
 * @throws if the description is of a newer version or an unknown kind, or its arguments are invalid: names the place
 */
function build(description: Description): Schedule {
  if (isTooDeep(description)) throw new RangeError(tooDeep("schedule"));
  return buildAt(description, "");
}

const buildAt: Build = (description, where) => {
  const factories = kinds as unknown as Readonly<Record<string, BuildableFactory>>;
  const { kind, factory, json } = readDescription(description, factories, "schedule", where || "schedule");
  return factory.fromJson(json, buildAt, where ? `${where}: ${kind}` : kind);
};
