import { type Html, html, page, pairs, repeatSection, type Section } from "@downhill/train/report";
import type { Comparison } from "../comparison/comparison.ts";
import { curvesSection } from "./curves.ts";
import { headline } from "./headline.ts";
import { hyperparametersSection } from "./hyperparameters.ts";
import { methodSection } from "./method.ts";
import { notesSection } from "./notes.ts";
import { rankingSection } from "./ranking.ts";
import { ratesSection } from "./rates.ts";
import { scoresSection } from "./scores.ts";

/** Introduces the command that repeats a comparison, or its commands if entrants were added later. */
const repeatWords = (command: string): string => {
  const [subject, verb] = command.includes("\n") ? ["these commands", "give"] : ["this command", "gives"];
  return `With the same versions, data, thread count and processor type, ${subject} ${verb} the same scores bit for bit. Training times differ:`;
};

/** Returns the report of a comparison at any stage as one self-contained HTML page. The same data give the same text. */
export function comparisonHtml(comparison: Comparison): string {
  const { facts } = comparison;
  const sections: readonly Section[] = [
    ["notes", "Notes", notesSection(comparison)],
    ["ranking", "Ranking", rankingSection(comparison)],
    ["differences", "Differences", scoresSection(comparison)],
    ["curves", "Curves", curvesSection(comparison)],
    ["rates", "Learning rates", ratesSection(comparison)],
    ["hyperparameters", "Hyperparameters", hyperparametersSection(comparison)],
    ["method", "Method and cost", methodSection(comparison)],
    ["surroundings", "Data and versions", surroundings(comparison)],
    [
      "repeat",
      "Reproduce",
      facts.command === ""
        ? null
        : repeatSection("Reproduce this comparison", repeatWords(facts.command), facts.command),
    ],
  ];
  return page(
    `Comparison on ${facts.data.name}: ${facts.id}`,
    headline(comparison),
    sections,
    `Written by Downhill ${facts.versions.downhill}. The data are in the files next to this report: comparison-result.json, comparison.csv and trials.csv. The runs are in the folder trials.`,
  );
}

const surroundings = ({ facts: { data, versions } }: Comparison): Html =>
  html`<section id="surroundings"><h2>Data and versions</h2><div class="card">${pairs([
    ["Data", data.name],
    ["Training images", String(data.trainImages)],
    ["Fingerprint", data.fingerprint],
    ...Object.entries(versions).map(([name, version]) => [name, String(version)] as const),
  ])}</div></section>`;
