import { type DataRemedy, dataRemedyInWords } from "@downhill/images";
import { withAdvice } from "@downhill/images/text";
import type { SettingKey } from "./config/settings/index.ts";

/** Action that fixes a problem, as data: each user interface words it in its own vocabulary. */
export type Remedy =
  /** Choose folders of the data, or act outside of the settings. */
  | DataRemedy
  /** Set a configuration key, to `value` where one is recommended. */
  | { readonly set: SettingKey; readonly value?: unknown }
  /** Remove a configuration key, so that its default applies. */
  | { readonly unset: SettingKey }
  /** Lower the value of a configuration key. */
  | { readonly lower: SettingKey }
  /** Raise the value of a configuration key, to `value` where one is recommended. */
  | { readonly raise: SettingKey; readonly value?: number }
  /** Choose another place for the run. */
  | { readonly choose: "empty folder" }
  /** Resume the run in a folder; `otherArithmetic`: with rounding that differs from an uninterrupted run's. */
  | { readonly resume: string; readonly otherArithmetic?: boolean }
  /** Start the run in a folder again, from its configuration. */
  | { readonly restart: string }
  /** Find the learning rate by a range test. */
  | { readonly run: "range test" };

/** A problem with the actions that fix it, any one of them. */
export interface Problem {
  /** Description of what is wrong and what was expected, without the remedies. */
  readonly problem: string;
  readonly remedies: readonly Remedy[];
}

/** Returns a problem and its remedies as sentences that name configuration keys. */
export const inWords = ({ problem, remedies }: Problem): string => withAdvice(problem, remedies.map(remedyInWords));

/** Returns a remedy as an imperative clause that names configuration keys. */
function remedyInWords(remedy: Remedy): string {
  if ("set" in remedy) return `set ${remedy.set}${assigned(remedy.value)}`;
  if ("unset" in remedy) return `remove ${remedy.unset}`;
  if ("lower" in remedy) return `lower ${remedy.lower}`;
  if ("raise" in remedy) return `raise ${remedy.raise}${remedy.value === undefined ? "" : ` to ${remedy.value}`}`;
  if ("choose" in remedy) return "choose an empty folder or a new one";
  if ("resume" in remedy) {
    return `resume the run in ${remedy.resume}${remedy.otherArithmetic ? " with allowOtherArithmetic = true" : ""}`;
  }
  if ("restart" in remedy) return `start the run in ${remedy.restart} again`;
  return "run" in remedy ? "find the learning rate by a range test" : dataRemedyInWords(remedy);
}

const assigned = (value: unknown): string => (value === undefined ? "" : ` = ${JSON.stringify(value)}`);
