import { suggestLearningRates } from "@downhill/optim";
import { median } from "../common/statistics.mjs";

export const NAMES = ["consensus", "steepest", "valley", "slide", "minimum", "surmenok"];

/**
 * Results of one method over a number of range tests.
 *
 * @typedef {object} Verdict
 * @property {number} tests
 * @property {number} inside number of suggestions inside the basin
 * @property {number} none number of tests without a suggestion
 * @property {number[]} distances distance of each suggestion from the middle of the basin, in decades
 */

/**
 * Evaluates all methods on range tests with a known basin.
 *
 * @param {Iterable<import("@downhill/optim").RangeTest>} tests
 * @param {readonly [low: number, high: number]} basin
 * @returns {Record<string, Verdict>}
 */
export function evaluate(tests, [low, high]) {
  const verdicts = Object.fromEntries(NAMES.map((name) => [name, { tests: 0, inside: 0, none: 0, distances: [] }]));
  for (const test of tests) {
    const { suggestions } = suggestLearningRates(test);
    for (const [name, verdict] of Object.entries(verdicts)) {
      const lr = suggestions[name]?.lr;
      verdict.tests++;
      if (lr === undefined) verdict.none++;
      else verdict.distances.push(Math.abs(Math.log10(lr / Math.sqrt(low * high))));
      if (lr >= low && lr <= high) verdict.inside++;
    }
  }
  return verdicts;
}

/** Combines several verdicts of each method. @param {Record<string, Verdict>[]} all */
export function together(all) {
  const sum = (name, key) => all.reduce((total, verdicts) => total + verdicts[name][key], 0);
  return Object.fromEntries(
    NAMES.map((name) => [
      name,
      {
        tests: sum(name, "tests"),
        inside: sum(name, "inside"),
        none: sum(name, "none"),
        distances: all.flatMap((verdicts) => verdicts[name].distances),
      },
    ]),
  );
}

/** Counts tests without a suggestion by method; for consensus, those with the correct reason. */
export function evaluateRefusals(tests, why) {
  const counts = Object.fromEntries(NAMES.map((name) => [name, 0]));
  for (const test of tests) {
    const { suggestions, refusal } = suggestLearningRates(test);
    for (const name of NAMES) {
      const refuses = name === "consensus" ? refusal?.includes(why) : suggestions[name] === null;
      if (refuses) counts[name]++;
    }
  }
  return counts;
}

export const percent = (part, whole) => `${Number(((100 * part) / whole).toFixed(1))} %`;

/** Formats a verdict as "98 %, 0.21": share inside the basin and median distance, with the share of missing suggestions. */
export function show({ tests, inside, none, distances }) {
  const distance = distances.length > 0 ? `, ${median(distances).toFixed(2)}` : "";
  return `${percent(inside, tests)}${distance}${none > 0 ? ` (none: ${percent(none, tests)})` : ""}`;
}
