import type { FinderResult } from "./result.ts";

/** A rate to two digits, as people write it: 0.012, 3.2e-5. */
export function rateText(lr: number): string {
  const rounded = Number(lr.toPrecision(2));
  return rounded >= 1e-3 && rounded < 1e4 ? String(rounded) : rounded.toExponential();
}

/** What a range test came to, in sentences: for those who do not see its plot. */
export function finderInWords(result: FinderResult): string {
  const { chosen, choose, refusal, optimizer } = result;
  const verdict = chosen
    ? `Learning rate ${rateText(chosen.lr)} for ${optimizer}, by ${choose}: ${chosen.why}.`
    : `No learning rate is chosen for ${optimizer}: ${refusal}.`;
  return [verdict, ...(chosen ? [otherSuggestions(result)] : []), ...rangeTestMethod(result)].join(" ");
}

function otherSuggestions({ suggestions, choose, known }: FinderResult): string {
  const others = Object.entries(suggestions).filter(([name]) => name !== choose || known?.confirmed);
  return `Others: ${others.map(([name, one]) => `${name} ${one ? rateText(one.lr) : "none"}`).join(", ")}.`;
}

/** How the test was done: what was swept, how it ended, and whether images came again. */
export function rangeTestMethod(result: FinderResult): string[] {
  const { curve, lowest, highest, steps, seeds, probe, rounds } = result;
  const { skipped = 0 } = curve;
  const each = seeds > 1 ? `, with ${seeds} orders of the images: their median` : "";
  const measure = probe > 0 ? `the loss on the same ${probe} images` : "the loss of each batch";
  const last = curve.lr.at(-1);
  return [
    `The rate rose from ${rateText(lowest)} to ${rateText(highest)} in ${steps} steps, and ${measure} was judged${each}.`,
    ...(curve.stop && last !== undefined ? [`The test ended at ${rateText(last)}: ${curve.stop.reason}.`] : []),
    ...(skipped > 0
      ? [`${skipped === 1 ? "One loss was not finite and is" : `${skipped} losses were not finite and are`} left out.`]
      : []),
    ...(rounds > 1
      ? [`There are fewer batches than steps: the images were gone through ${Number(rounds.toPrecision(2))} times.`]
      : []),
  ];
}
