import { type OptimizerFactory, optimizers, toLatex } from "@downhill/optim";
import { optimizerNamed } from "@downhill/train";
import { docOf, firstSentence } from "../docs/doc-comments.ts";
import { setting } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { definitions, pairs, table } from "../output/table.ts";
import { wrap } from "../output/wrap.ts";
import { PROGRAM } from "../program-name.ts";

/**
 * Prints all optimizers with a sentence about each.
 * @param latex prints their rules instead
 */
export function listOptimizers(output: Output, latex: boolean): undefined {
  const all = Object.values<OptimizerFactory>(optimizers);
  if (latex && !output.mode.json) {
    output.print(all.map(({ title, rule }) => `% ${title}\n${toLatex(rule)}`).join("\n\n"));
    return;
  }
  output.result(all.map(factsOf), () => {
    const rows = all.map(({ name, title }) => [name, firstSentence(docOf("optimizers", name), title)] as const);
    return `${definitions(output.results, rows)}\n\nDescribe one: ${PROGRAM} optimizers adamw`;
  });
}

/**
 * Prints everything known about an optimizer.
 * @param latex prints its rule instead
 */
export function showOptimizer(output: Output, name: string, latex: boolean): undefined {
  const factory = optimizerNamed(name);
  if (latex && !output.mode.json) output.print(toLatex(factory.rule));
  else describe(factory, output);
}

function factsOf({ name, title, paper, rule, hyperparameters }: OptimizerFactory) {
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

/** Returns the lines of a rule as they stand in its file, without the first, which all rules have for `maximize`. */
function ruleText({ lines }: OptimizerFactory["rule"]): string[] {
  return lines
    .flatMap((entry) =>
      "count" in entry ? [`repeat ${entry.count} times:`, ...entry.lines.map(({ text }) => `  ${text}`)] : [entry.text],
    )
    .filter((text) => text !== "g = maximize ? -g : g");
}

function describe(factory: OptimizerFactory, output: Output): void {
  const facts = factsOf(factory);
  output.result(facts, () => {
    const { results } = output;
    const width = Math.min(100, results.columns());
    const rule = facts.rule.map((line) => `  ${line}`).join("\n");
    return [
      results.style("bold", facts.title),
      ...[facts.summary, ...facts.notes].map((text) => wrap(text, width)),
      `${wrap("Update rule for each weight w with gradient g at step t = 1, 2, ...:", width)}\n${rule}`,
      table(
        results,
        [{ title: "hyperparameter" }, { title: "default" }],
        Object.entries(facts.hyperparameters).map(([key, value]) => [key, setting(value)]),
      ),
      pairs(results, [
        ["paper", facts.paper],
        ["use", `${PROGRAM} train DATA --optimizer ${facts.name}`],
      ]),
    ].join("\n\n");
  });
}
