import { ConfigError } from "../error.ts";
import type { GroupSetting } from "./settings/values.ts";

/** Maximum parameter names in an error. */
const SHOWN = 40;

/**
 * Checks that every group has a parameter. A parameter belongs to the first group that matches its name.
 * @param names names of the model's parameters
 * @throws ConfigError that lists the remaining names
 */
export function checkGroups(groups: readonly GroupSetting[], names: readonly string[]): void {
  let left = names;
  for (const [i, { match }] of groups.entries()) {
    const pattern = new RegExp(match);
    const rest = left.filter((name) => !pattern.test(name));
    if (rest.length === left.length) {
      const remaining = left.length < names.length ? " that is not in an earlier group" : "";
      const more = left.length > SHOWN ? ` and ${left.length - SHOWN} more` : "";
      throw new ConfigError(
        `groups.${i}.match = ${JSON.stringify(match)}: it matches no parameter${remaining}. Expected a regular expression for one of ${left.slice(0, SHOWN).join(", ")}${more}.`,
        { code: "unmatched-group", setting: { path: `groups.${i}.match`, value: match } },
      );
    }
    left = rest;
  }
}
