import { byEpoch, cosine, plateau } from "@downhill/optim";
import { examples } from "../../examples/schedules.mjs";
import { block, cell, code, frontMatter, page, panels, prose, table } from "./markdown.mjs";
import { memberDocs } from "./member-docs.mjs";
import { callOf, kindsIn, shortDescription } from "./schedule-code.mjs";
import { STEPS, scheduleFigure } from "./schedule-figure.mjs";

/**
 * The pages of all schedules, and their index.
 * @param {object[]} list what `downhill schedules --json` prints
 * @param {Record<string, object>} facts what `downhill schedules NAME --json` prints, by name
 */
export function schedulePages(list, facts) {
  const pages = Object.fromEntries(list.map((entry) => [entry.name, schedulePage(entry, facts[entry.name])]));
  const items = list.map(({ name }) => ({ text: name, link: `/reference/schedules/${name}` }));
  return {
    pages: { index: indexPage(list), ...pages },
    sidebar: [{ text: "Schedules", link: "/reference/schedules/", items }],
  };
}

function indexPage(list) {
  const rows = (needsArguments) =>
    list
      .filter((entry) => entry.needsArguments === needsArguments)
      .map(({ name, about }) => [`[${name}](./${name}.md)`, cell(about)]);
  return page(
    frontMatter("Schedules", `The ${list.length} schedules of Downhill, with curves and arguments`),
    "# Schedules",
    "A schedule is a pure function of the step. It gives the value of a hyperparameter: a learning rate, a momentum, a weight decay or a batch size. [Schedules in the guide](../../guide/schedules.md) shows how to use them.",
    `## By name\n\nThese need no arguments on the command line. Downhill fits them to the length of the run: \`--schedule cosine\`.\n\n${table(["Schedule", "Shape"], rows(false))}`,
    `## With arguments\n\nThese combine or change other schedules, or need numbers that only you know: \`--schedule '{ "kind": "warmup", ... }'\`.\n\n${table(["Schedule", "Shape"], rows(true))}`,
  );
}

function schedulePage({ name, needsArguments }, { title, source, summary, notes, arguments: taken }) {
  return page(
    frontMatter(title, summary),
    `# ${title}`,
    prose(summary),
    name === "plateau" ? plateauFigure() : figures(name),
    notes.map(prose).join("\n\n"),
    `## Arguments\n\n${argumentTable(name, taken)}`,
    `## Use\n\n${use(name, needsArguments)}`,
    source && `Source: ${/^https?:/.test(source) ? `[${source}](${source})` : prose(source)}`,
  );
}

function argumentTable(name, taken) {
  const docs = memberDocs(name === "plateau" ? "controllers" : "schedules", name);
  const rows = taken.map(({ argument, expected, ...rest }) => [
    code(argument),
    rest.default === undefined ? "" : code(JSON.stringify(rest.default)),
    cell(expected ?? ""),
    cell(docs[argument]),
  ]);
  return table(["Name", "Default", "Expected", "Meaning"], rows);
}

const figures = (name) =>
  panels(
    examplesOf(name).map(({ label, schedule }, i) => [
      scheduleFigure(`${name}-${i + 1}`, `The schedule ${name}${label && `, ${label}`} over ${STEPS} steps`, schedule),
      `<code>${callOf(schedule.description)}</code>${schedule.momentum ? ' <span class="muted">Dashed: its momentum, on its own scale.</span>' : ""}`,
    ]),
  );

/** Its steps are epochs, so it is none of the examples over 100 steps. */
const BY_EPOCH = { label: "10 steps for each epoch", schedule: byEpoch(cosine({ base: 0.1, tMax: 1000 }), 10) };

const examplesOf = (name) => [...examples, BY_EPOCH].filter(({ schedule }) => schedule.description.kind === name);

/** A plateau over a made-up metric that stops falling twice. */
function plateauFigure() {
  const options = { base: 0.1, patience: 5, factor: 0.3 };
  const value = plateau(options);
  const values = Array.from({ length: STEPS }, (_, epoch) => {
    const current = value();
    value.observe(Math.max(0.5 - 0.01 * epoch, 0.3, 0.7 - 0.008 * epoch));
    return current;
  });
  const drawn = scheduleFigure("plateau", "The values of a plateau", (step) => values[Math.floor(step)]);
  const metric = "a loss that falls, and then stays at 0.3";
  return panels([
    [drawn, `<code>plateau({ base: 0.1, patience: 5, factor: 0.3 })</code> <span class="muted">with ${metric}.</span>`],
  ]);
}

function use(name, needsArguments) {
  const [example] = examplesOf(name);
  const parts = [];
  if (!needsArguments) parts.push(block("sh", `npx downhill train photos --schedule ${name}`));
  if (example) {
    const { description } = example.schedule;
    const names = [...new Set(kindsIn(description))].sort();
    parts.push(
      block(
        "ts",
        `import { ${names.join(", ")} } from "@downhill/optim";\n\nconst schedule = ${callOf(description)};\nconsole.log(schedule(0), schedule(50));`,
      ),
    );
    parts.push(
      `As JSON, for \`--schedule\` and configuration files:\n\n${block("json", JSON.stringify(shortDescription(description), null, 2))}`,
    );
  } else {
    parts.push(
      block(
        "ts",
        `import { ${name} } from "@downhill/optim";\n\nconst lr = ${name}({ base: 0.1, patience: 5 });\nlr.observe(0.7); // the metric of an epoch\nconsole.log(lr());`,
      ),
    );
  }
  return parts.join("\n\n");
}
