import { optimizers } from "@downhill/optim";
import { bestMatrixDescent, bestPath, RATES, STEPS, SURFACES } from "./descent.mjs";
import { lossFigure } from "./loss-figure.mjs";
import { block, cell, code, formula, frontMatter, page, panels, prose, table } from "./markdown.mjs";
import { memberDocs } from "./member-docs.mjs";
import { pathFigure } from "./path-figure.mjs";

/** The pages of all optimizers, and their index: names and texts are those of `downhill optimizers --json`. */
export function optimizerPages(facts) {
  const pages = Object.fromEntries(facts.map((optimizer) => [optimizer.name, optimizerPage(optimizer)]));
  const items = facts.map(({ name, title }) => ({ text: title, link: `/reference/optimizers/${name}` }));
  return {
    pages: { index: indexPage(facts), ...pages },
    sidebar: [{ text: "Optimizers", link: "/reference/optimizers/", items }],
  };
}

function indexPage(facts) {
  const rows = facts.map(({ name, title, summary }) => [`[${title}](./${name}.md)`, cell(about(summary, title))]);
  return page(
    frontMatter("Optimizers", `The ${facts.length} optimizers of Downhill, with formulas, rules and paths`),
    "# Optimizers",
    `Downhill has ${facts.length} optimizers, the simplest first. Each is the text of its update rule. The formula, the plots and the code that trains come from that text. [Choosing an optimizer](../../guide/choosing-an-optimizer.md) helps to pick one.`,
    table(["Optimizer", "Idea"], rows),
    `The pages show each optimizer on two surfaces for ${STEPS} steps, at the learning rate with the lowest mean loss among ${RATES.length} rates from ${RATES[0]} to ${RATES.at(-1)}. Other hyperparameters have their defaults. The same code trains networks, in float64 here.`,
  );
}

const about = (summary, title) => capital(summary.startsWith(`${title}: `) ? summary.slice(title.length + 2) : summary);
const capital = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function optimizerPage({ name, title, paper, summary, notes, rule, latex, hyperparameters }) {
  return page(
    frontMatter(title, summary),
    `# ${title}`,
    prose(about(summary, title)),
    figures(name, title),
    `## When to use it\n\n${notes.map(prose).join("\n\n")}`,
    `## Formula\n\n${formula(latex)}`,
    `## Rule\n\nThe rule as its source file contains it: \`w\` is a weight, \`g\` its gradient, \`t\` the step from 1.\n\n${block("text", rule.join("\n"))}`,
    `## Hyperparameters\n\n${hyperparameterTable(name, hyperparameters)}`,
    `## Use\n\n${block("sh", `npx downhill train photos --optimizer ${name}`)}\n\n${block("ts", usage(name, hyperparameters.lr))}`,
    `Paper: [${paper}](${paper})`,
  );
}

/** The lines of a program that uses an optimizer; one that is not for all parameters has a partner. */
function usage(name, lr) {
  const [imports, more] = "role" in optimizers[name] ? [`adamw, ${name}`, ", partner: adamw()"] : [name, ""];
  return `import { ${imports} } from "@downhill/optim";\n\nconst optimizer = ${name}({ lr: ${lr}${more} });`;
}

function hyperparameterTable(name, values) {
  const docs = memberDocs("optimizers", name);
  const rows = Object.entries(values).map(([key, value]) => [
    code(key),
    code(typeof value === "string" ? `"${value}"` : value),
    cell(docs[key]),
  ]);
  return table(["Name", "Default", "Meaning"], rows);
}

/** The step behavior of an optimizer beside that of gradient descent, each at its own best rate. */
function figures(name, title) {
  if (minimumRank(name) > 1) {
    const [descent, reference] = [bestMatrixDescent(name), bestMatrixDescent("sgd")];
    const where = "a matrix of 8 x 8 that fits a rotation";
    const drawn = lossFigure(name, title, descent, reference, where);
    return panels([[drawn, `Loss while ${where}: ${rates(title, descent, reference)}`]]);
  }
  return panels(
    SURFACES.map((surface) => {
      const [path, reference] = [bestPath(name, surface), bestPath("sgd", surface)];
      const drawn =
        pathFigure(name, title, path, reference, surface) +
        lossFigure(`${name}-${surface.name}`, title, path, reference, surface.title);
      return [drawn, `${surface.title}: ${rates(title, path, reference)}`];
    }),
  );
}

const minimumRank = (name) => optimizers[name]().parts.minimumRank;

const rates = (title, { lr, losses }, reference) =>
  `${title} at lr ${lr}, loss ${short(losses.at(-1))} after ${STEPS} steps. <span class="muted">Gray: gradient descent at lr ${reference.lr}, loss ${short(reference.losses.at(-1))}.</span>`;

const short = (loss) => (loss === 0 ? "0" : loss < 1e-3 ? loss.toExponential(1) : loss.toPrecision(2));
