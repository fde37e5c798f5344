import { GraphError } from "../error.ts";
import type { Model } from "./model.ts";
import { checkMatch, matchesName, type NameMatch } from "./name-match.ts";

/**
 * Returns the names of the parameters that a step trains.
 * @param trains the trained parameters; default all
 * @throws GraphError if no parameter matches
 */
export function trainedNames({ name, parameters }: Model, trains?: NameMatch): string[] {
  const names = parameters.map((parameter) => parameter.name);
  if (trains === undefined) return names;
  checkMatch(name, trains);
  const trained = names.filter((one) => matchesName(trains, one));
  if (trained.length > 0) return trained;
  throw new GraphError(
    `${name}: trains = ${typeof trains === "object" && !(trains instanceof RegExp) ? `[${trains}]` : trains} matches no parameter, so there is nothing to train. The parameters are ${names.join(", ")}.`,
  );
}
