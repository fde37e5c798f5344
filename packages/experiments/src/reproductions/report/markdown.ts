import type { Claim } from "../reproduction.ts";
import type { ReproductionReport } from "./reproduction-report.ts";

/** Returns the claims of a reproduction as a Markdown document with a table. */
export function claimsMarkdown({ reproduction, facts, claims, method }: ReproductionReport): string {
  const { title, paper, summary } = reproduction;
  const rows = claims.map(
    (claim) => `| ${[claim.statement, measuredText(claim), verdictText(claim)].map(cell).join(" | ")} |`,
  );
  return `# ${title}

${summary} Source: <${paper}>.

| the paper states | measured | verdict |
| --- | --- | --- |
${rows.join("\n")}

${method}
${facts.command === "" ? "" : `\n    ${facts.command}\n`}`;
}

/** Returns the verdict about a claim in words. */
export const verdictText = ({ holds }: Claim): string =>
  holds === null ? "not decided" : holds ? "holds" : "does not hold";

/** Returns the rule, the numbers and the explanation of a claim as one text. */
export const measuredText = ({ rule, measured, explanation }: Claim): string =>
  [measured, rule === undefined ? null : `Holds if ${rule}.`, explanation ?? null]
    .filter((part) => part !== null)
    .map((part) => (part.endsWith(".") ? part : `${part}.`))
    .join(" ");

const cell = (text: string): string => text.replaceAll("|", "\\|");
