import { examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { wrap } from "../output/wrap.ts";

/** Prints the capabilities of this machine. Returns the exit status, which is not 0 if training lacks something. */
export async function diagnose(output: Output): Promise<number | undefined> {
  const findings = await examine();
  output.result(Object.fromEntries(findings.map(({ name, ...rest }) => [name, rest])), () =>
    findings.map((finding) => line(finding, output)).join("\n"),
  );
  return findings.some(({ state }) => state === "bad") ? STATUS.failed : undefined;
}

const MARKS = { good: "ok", bad: "bad", note: "-" } as const;
const COLORS = { good: "green", bad: "red", note: "dim" } as const;

function line({ name, state, text }: Finding, { results }: Output): string {
  const [markWidth, nameWidth] = [4, 18];
  const wrapped = wrap(text, Math.min(110, results.columns()), " ".repeat(markWidth + nameWidth)).trimStart();
  return `${results.style(COLORS[state], MARKS[state].padEnd(markWidth))}${name.padEnd(nameWidth)}${wrapped}`;
}
