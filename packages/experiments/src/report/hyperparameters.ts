import { number } from "@downhill/train/plots";
import { type Html, html, pairs, shown } from "@downhill/train/report";
import { at } from "../at.ts";
import type { Comparison } from "../comparison/comparison.ts";
import { hyperparametersOf } from "../comparison/entrant-trials.ts";
import { rateText } from "./words.ts";

/** Returns the section with the hyperparameters in force of each entrant. */
export function hyperparametersSection({ entrants, facts }: Comparison): Html {
  return html`<section id="hyperparameters"><h2>Hyperparameters in force</h2><div class="card">
<p>Each entrant uses the learning rate ${facts.tuning === 0 ? "that was stated for it" : "that its search has found"}, and the defaults of its own optimizer for all other unset hyperparameters.</p>
${pairs(
  entrants.map((entrant, place) => {
    const settings = { ...at(facts.entrants, entrant.index).changes, ...hyperparametersOf(entrant) };
    return [`${place + 1}\u00a0${entrant.name}`, settingsText(entrant.lr, settings)] as const;
  }),
)}
</div></section>`;
}

/** Lists settings as "lr 0.1, momentum 0.9, nesterov yes". */
const settingsText = (lr: number | null, settings: Readonly<Record<string, unknown>>): Html => {
  const rate = lr === null ? "none yet" : rateText(lr);
  const { maximize: _, ...others } = settings;
  const entries = [["lr", rate], ...Object.entries(others)] as const;
  return html`${entries.map(([key, value], i) => html`${i > 0 && ", "}<code>${key}</code>\u00a0${valueText(value)}`)}`;
};

const valueText = (value: unknown): string => (typeof value === "number" ? number(value) : shown(value));
