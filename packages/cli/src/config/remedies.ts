import type { Problem } from "@downhill/train";
import { withAdvice } from "@downhill/train/text";
import { PROGRAM } from "../program-name.ts";
import { flagAndValue, quote } from "./command-line.ts";
import { flagOf } from "./flags.ts";

type Remedy = Problem["remedies"][number];

/** Returns a problem and its remedies as sentences that name flags and commands. */
export const inFlags = ({ problem, remedies }: Problem): string => withAdvice(problem, remedies.map(remedyInFlags));

/** Returns the message of an error in flags where the error has remedies. */
export function messageOf(error: unknown): string {
  if (isProblem(error)) return inFlags(error);
  return error instanceof Error ? error.message : String(error);
}

/** Returns a note or a finding in flags where it has remedies. Run folders of older versions have texts alone. */
export const textOf = (finding: { readonly text: string } & Partial<Problem>): string =>
  isProblem(finding) ? inFlags(finding) : finding.text;

const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" && value !== null && "problem" in value && "remedies" in value;

function remedyInFlags(remedy: Remedy): string {
  if ("set" in remedy) return `add ${flagAndValue(remedy.set, remedy.value)}`;
  if ("unset" in remedy) return `leave out ${flagOf(remedy.unset)}`;
  if ("lower" in remedy) return `lower ${flagOf(remedy.lower)}`;
  if ("raise" in remedy)
    return `raise ${flagOf(remedy.raise)}${remedy.value === undefined ? "" : ` to ${remedy.value}`}`;
  if ("choose" in remedy) return "use --out with an empty folder or a new one";
  if ("resume" in remedy) {
    const folder = quote(remedy.resume);
    return remedy.otherArithmetic
      ? `add --allow-other-arithmetic to resume ${folder} with different rounding`
      : `resume it with ${PROGRAM} train --resume ${folder}`;
  }
  if ("restart" in remedy) {
    return `start it again with the same command, plus --out ${quote(remedy.restart)} --resume-or-start`;
  }
  if ("run" in remedy) return `find the learning rate with ${PROGRAM} find-lr`;
  if ("changeFolders" in remedy) return `change ${remedy.changeFolders.map(folderFlag).join(" or ")}`;
  if ("removeFolders" in remedy) return `leave out ${remedy.removeFolders.map(folderFlag).join(" and ")}`;
  if ("act" in remedy) return remedy.act;
  if ("options" in remedy) {
    const flags = Object.entries(remedy.options).map(([key, value]) => flagAndValue(key, value));
    return `add ${flags.join(" ")} to ${remedy.purpose}`;
  }
  const flags = Object.entries(remedy.folders).map(([part, paths]) => flagAndValue(`${part}Folder`, paths));
  return `add ${flags.join(" ")}${remedy.purpose ? ` to ${remedy.purpose}` : ""}`;
}

/** Returns the flag that chooses the folders of a part. */
const folderFlag = (part: string): string => flagOf(`${part}Folder`);
