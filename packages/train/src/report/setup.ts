import { type OptimizerFactory, optimizers } from "@downhill/optim";
import { type SettingKey, settings } from "../config/settings/index.ts";
import type { Setting } from "../config/settings/setting.ts";
import { count, number } from "../plots/numbers.ts";
import { flatten } from "../run-folder/diff.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report-data.ts";
import { pairs, table } from "./table.ts";
import { large, shown } from "./words.ts";

/** Returns the section on the settings: configuration, model, optimizer and schedule. */
export function setupSection({ facts }: ReportRun): Html {
  const { model, config, given, schedule } = facts;
  return html`<section id="setup"><h2>How it was trained</h2>
<div class="grid"><div class="stack">
<div class="card"><h3>Given settings</h3>
${pairs(Object.entries(given).map(([key, value]) => [labelOf(key), shownSetting(key, value)]))}
<p>All other settings are defaults of this version or derived from the images.</p>
<details><summary>Full configuration</summary>
${table(
  flatten("", config),
  [
    { heading: "Key", cell: ([key]) => html`<code>${key}</code>` },
    { heading: "Setting", cell: ([key]) => labelOf(key) },
    { heading: "Value", cell: ([key, value]) => shownSetting(key, value) },
  ],
  { caption: "Full configuration", named: true },
)}</details>
</div>
<div class="card"><h3>Model</h3>
${pairs([
  ["Name", model.name],
  ["Parameters", count(model.parameters)],
  ["Operations per image", `${large(2 * model.multiplyAdds)} (two per multiply-add)`],
  ["Image", facts.data.imageShape.join(" × ")],
])}
</div></div>
<div class="stack">${optimizerCard(facts)}
<div class="card"><h3>Learning-rate schedule</h3>
${
  schedule === null
    ? html`<p>Plateau: the learning rate drops when the loss stops improving.</p>`
    : pairs(
        flatten("", schedule)
          .filter(([name]) => name !== "version")
          .map(([name, value]) => [name, shown(value)]),
      )
}
</div></div>
</div></section>`;
}

/** Returns the declaration of the setting with a key or a path of nested keys; undefined for keys of other versions. */
const settingOf = (path: string): Setting | undefined => settings[path.split(".")[0] as SettingKey];

/** Returns the label of a setting, with its path of nested keys. */
function labelOf(path: string): string {
  const [key = "", ...inside] = path.split(".");
  return [settingOf(key)?.label ?? key, ...inside].join(": ");
}

/** Returns a value of a setting with its unit. */
function shownSetting(path: string, value: unknown): Html | string {
  const unit = typeof value === "number" ? settingOf(path)?.unit : undefined;
  return unit === undefined ? shown(value) : `${shown(value)} ${value === 1 ? unit.replace(/s$/, "") : unit}`;
}

/** Line of every rule that has no effect here. */
const UNUSED = "g = maximize ? -g : g";

type Known = Pick<OptimizerFactory, "rule" | "paper"> & { readonly hyperparameters: object };

function optimizerCard({ optimizer, config }: ReportRun["facts"]): Html {
  // A run of another version may use an optimizer that this version lacks.
  const known: Known | undefined = optimizers[config.optimizer as keyof typeof optimizers];
  const lines = known?.rule.lines.flatMap((entry) =>
    "count" in entry ? [`repeat ${entry.count} times:`, ...entry.lines.map(({ text }) => `  ${text}`)] : [entry.text],
  );
  const defaults = known?.hyperparameters as Readonly<Record<string, unknown>> | undefined;
  const values = Object.entries(optimizer.hyperparameters).filter(([name]) => name !== "maximize");
  return html`<div class="card"><h3>Optimizer: ${optimizer.title}</h3>
${
  lines &&
  html`<pre aria-label="Update rule"><code>${lines.filter((line) => line !== UNUSED).join("\n")}</code></pre>
<p>Update rule: w is a weight, g its gradient and t the step, counted from 1.${known && html` <a href="${known.paper}">Paper</a>.`}</p>`
}
${table(
  values,
  [
    { heading: "Hyperparameter", cell: ([name]) => html`<code>${name}</code>` },
    {
      heading: "First step",
      cell: ([, value]) => (typeof value === "number" ? number(value) : shown(value)),
      numeric: true,
    },
    { heading: "Default", cell: ([name]) => defaultOf(defaults, name), numeric: true },
  ],
  { caption: "Hyperparameters", named: true },
)}
</div>`;
}

const defaultOf = (defaults: Readonly<Record<string, unknown>> | undefined, name: string): string => {
  const value = defaults?.[name];
  if (value === undefined) return "–";
  return typeof value === "number" ? number(value) : shown(value);
};
