import { GraphError } from "../error.ts";
import type { Model } from "./model.ts";

/** Parameters by their names: a name, several names, a pattern, or a test of a name. */
export type NameMatch = string | readonly string[] | RegExp | ((name: string) => boolean);

/** Returns true if a name matches. A pattern's flags `g` and `y` have no effect. */
export function matchesName(match: NameMatch, name: string): boolean {
  if (typeof match === "function") return match(name);
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(name);
  return typeof match === "string" ? match === name : match.includes(name);
}

/**
 * Returns the names of the parameters that a step trains.
 * @param trains the trained parameters; default all
 * @throws GraphError if no parameter matches
 */
export function trainedNames({ name, parameters }: Model, trains?: NameMatch): string[] {
  const names = parameters.map((parameter) => parameter.name);
  if (trains === undefined) return names;
  const trained = names.filter((one) => matchesName(trains, one));
  if (trained.length > 0) return trained;
  throw new GraphError(
    `${name}: trains = ${String(trains)} matches no parameter, so there is nothing to train. The parameters are ${names.join(", ")}.`,
  );
}
