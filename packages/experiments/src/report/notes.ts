import { counted } from "@downhill/train/plots";
import { type Html, html, listed } from "@downhill/train/report";
import type { Comparison, EntrantResult } from "../comparison/comparison.ts";
import { countEnded, failureOf, trainedOf } from "../comparison/entrant-trials.ts";
import { countTrials } from "../comparison/trial.ts";
import { rateText, scoreText } from "./words.ts";

interface Note {
  readonly title: string;
  readonly text: string;
}

/** Returns the section on limits of the result; null if there are none. */
export function notesSection(comparison: Comparison): Html | null {
  const notes = notesOf(comparison);
  if (notes.length === 0) return null;
  return html`<section id="notes"><h2>Notes</h2>
<ul class="notes">${notes.map(({ title, text }) => html`<li><b>${title}</b><p>${text}</p></li>\n`)}</ul></section>`;
}

/** Returns everything that limits the result of a comparison, the most important first. */
export function notesOf({ facts, entrants, isFinished }: Comparison): Note[] {
  const notes: Note[] = [];
  const namesOf = (test: (entrant: EntrantResult) => boolean): string[] =>
    entrants.filter(test).map(({ name }) => name);
  const note = (names: readonly string[], title: (all: string) => string, text: string): void => {
    if (names.length > 0) notes.push({ title: title(listed(names)), text });
  };
  if (!isFinished) {
    notes.push({
      title: "The comparison is not finished",
      text: `${countEnded(entrants)} of at most ${counted(countTrials(facts), "trial")} have ended. The order may change. If the comparison has stopped, resume it.`,
    });
  }
  if (facts.seeds.length === 1) {
    notes.push({
      title: "One seed has no interval",
      text: "The differences may be chance. Compare with at least three seeds.",
    });
  }
  for (const entrant of entrants) {
    const problem = failureOf(entrant);
    if (problem !== null)
      notes.push({ title: `A trial of ${entrant.name} failed`, text: `It was tried twice: ${problem}.` });
  }
  note(
    namesOf(({ status }) => status === "no rate"),
    (all) => `Diverged at every rate: ${all}`,
    "All rates that the search tried made the loss infinite, so there was no compared training.",
  );
  note(
    namesOf(({ seeds }) => seeds.some((outcome) => outcome?.kind === "diverged")),
    (all) => `Diverged in a compared training: ${all}`,
    "An entrant has a score only if all of its trainings have a result.",
  );
  note(
    namesOf(({ status }) => status === "dropped"),
    (all) => `Dropped early: ${all}`,
    "These entrants trained with fewer seeds, and are not tested against the others.",
  );
  if (facts.target !== null) {
    const missed = ({ target }: EntrantResult) => target !== null && target.reached === 0;
    note(
      namesOf((entrant) => missed(entrant) && trainedOf(entrant).length > 0),
      (all) => `Target not reached: ${all}`,
      `No training of these entrants reached an accuracy of ${scoreText("accuracy", facts.target)} on validation images.`,
    );
  }
  note(
    entrants.filter(isAtEnd).map(({ name, lr }) => `${name} (${rateText(lr as number)})`),
    (all) => `Best rate at an end of the tried rates: ${all}`,
    "A rate beyond it may be better. Search with more trainings.",
  );
  return notes;
}

/** True if the chosen rate is the lowest or the highest of those that were tried without divergence beyond it. */
function isAtEnd({ lr, tuning: { tried } }: EntrantResult): boolean {
  if (lr === null) return false;
  const rates = tried.map((rate) => rate.lr);
  return lr === Math.min(...rates) || lr === Math.max(...rates);
}
