import { type OptimizerFactory, optimizers, toLatex } from "@downhill/optim";
import { optimizerNamed } from "@downhill/train";
import { docOf, firstSentence } from "../docs/doc-comments.ts";
import { setting } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { definitions, pairs, table } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";

/** Lists the optimizers, or says all that is known of one. */
export function showOptimizers(
  output: Output,
  [name]: readonly [string | undefined],
  { latex }: { readonly latex?: boolean },
): undefined {
  if (name !== undefined) {
    const factory = optimizerNamed(name);
    if (latex && !output.mode.json) output.print(toLatex(factory.rule));
    else show(factory, output);
    return;
  }
  const all = Object.values(optimizers) as unknown as readonly OptimizerFactory[];
  if (latex && !output.mode.json) {
    output.print(all.map(({ title, rule }) => `% ${title}\n${toLatex(rule)}`).join("\n\n"));
    return;
  }
  output.result(all.map(describe), () => {
    const rows = all.map(
      (factory) => [factory.name, firstSentence(docOf("optimizers", factory.name), factory.title)] as const,
    );
    return `${definitions(output.results, rows)}\n\nAll of one: downhill optimizers adamw`;
  });
}

/** All that is known of an optimizer, as plain data. */
function describe({ name, title, paper, rule, hyperparameters }: OptimizerFactory) {
  const { summary, paragraphs } = docOf("optimizers", name);
  return {
    name,
    title,
    paper,
    summary,
    notes: paragraphs,
    hyperparameters,
    rule: ruleText(rule),
    latex: toLatex(rule),
  };
}

/** The lines of a rule, as its file has them; without the first, which every rule has for `maximize`. */
function ruleText({ lines }: OptimizerFactory["rule"]): string[] {
  return lines
    .flatMap((entry) =>
      "count" in entry ? [`repeat ${entry.count} times:`, ...entry.lines.map(({ text }) => `  ${text}`)] : [entry.text],
    )
    .filter((text) => text !== "g = maximize ? -g : g");
}

function show(factory: OptimizerFactory, output: Output): void {
  const { title, ...facts } = describe(factory);
  output.result({ title, ...facts }, () => {
    const { results } = output;
    const width = Math.min(100, results.columns());
    const rule = facts.rule.map((line) => `  ${line}`).join("\n");
    return [
      results.style("bold", title),
      ...[facts.summary, ...facts.notes].map((text) => wrap(text, width)),
      `${wrap("Rule, for each weight w with the gradient g, in step t = 1, 2, ...:", width)}\n${rule}`,
      table(
        results,
        [{ title: "hyperparameter" }, { title: "default" }],
        Object.entries(facts.hyperparameters).map(([key, value]) => [key, setting(value)]),
      ),
      pairs(results, [
        ["paper", facts.paper],
        ["use", `downhill train DATA --optimizer ${facts.name}`],
      ]),
    ].join("\n\n");
  });
}
