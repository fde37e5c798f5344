import { ConfigError } from "../error.ts";
import type { GroupSetting } from "./optimizer.ts";

/** Parameter names in an error. */
const SHOWN = 40;

/**
 * Checks that every group has a parameter: the first group that matches a name has it.
 * @param names of the model's parameters
 * @throws ConfigError that lists the names
 */
export function checkGroups(groups: readonly GroupSetting[], names: readonly string[]): void {
  let left = names;
  for (const [i, { match }] of groups.entries()) {
    const pattern = new RegExp(match);
    const rest = left.filter((name) => !pattern.test(name));
    if (rest.length === left.length) {
      const taken = left.length < names.length ? " that is in no group before it" : "";
      const more = left.length > SHOWN ? ` and ${left.length - SHOWN} more` : "";
      throw new ConfigError(
        `groups.${i}.match = ${JSON.stringify(match)}: it matches no parameter${taken}: expected a regular expression for names among ${left.slice(0, SHOWN).join(", ")}${more}`,
      );
    }
    left = rest;
  }
}
