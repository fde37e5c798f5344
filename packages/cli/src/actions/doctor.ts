import { examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { STATUS } from "../failure.ts";
import type { Output } from "../output/output.ts";
import { wrap } from "../output/wrap.ts";

/** Says what this machine offers; fails where something is missing that training needs. */
export async function diagnose(output: Output): Promise<number | undefined> {
  const findings = await examine();
  output.result(Object.fromEntries(findings.map(({ name, ...rest }) => [name, rest])), () =>
    findings.map((finding) => line(finding, output)).join("\n"),
  );
  return findings.some(({ state }) => state === "bad") ? STATUS.failed : undefined;
}

function line({ name, state, text }: Finding, { results }: Output): string {
  const mark = { good: "ok", bad: "bad", note: "-" }[state];
  const colour = { good: "green", bad: "red", note: "dim" } as const;
  const indent = " ".repeat(4 + 18);
  const wrapped = wrap(text, Math.min(110, results.columns()), indent).trimStart();
  return `${results.style(colour[state], mark.padEnd(4))}${name.padEnd(18)}${wrapped}`;
}
