import type { Field } from "./fit.ts";
import type { Output } from "./output.ts";

/** Tells how far something is: a line that is redrawn; where none is, once what begins. */
export function teller(output: Output): (what: string, fields: readonly Field[]) => void {
  let said = "";
  return (what, fields) => {
    if (output.isLive) output.status(fields);
    else if (what !== said) output.say(what);
    said = what;
  };
}
