import { present } from "../present.ts";
import type { FinderResult } from "./result.ts";

/** Formats a learning rate with two digits: 0.012, 3.2e-5. */
export function rateText(lr: number): string {
  const rounded = Number(lr.toPrecision(2));
  return rounded >= 1e-3 && rounded < 1e4 ? String(rounded) : rounded.toExponential();
}

/** Describes the result of a range test in sentences, as an alternative to its plot. */
export function finderInWords(result: FinderResult): string {
  const { chosen, choose, refusal, optimizer } = result;
  const verdict = chosen
    ? `Learning rate ${rateText(chosen.lr)} for ${optimizer}, chosen by ${choose}: ${chosen.why}.`
    : `No learning rate chosen for ${optimizer}: ${refusal}.`;
  return [verdict, ...(chosen ? [otherSuggestions(result)] : []), ...rangeTestMethod(result)].join(" ");
}

function otherSuggestions({ suggestions, choose, known }: FinderResult): string {
  const others = Object.entries(suggestions).filter(([name]) => name !== choose || known?.confirmed);
  return `Others: ${others.map(([name, one]) => `${name} ${one ? rateText(one.lr) : "none"}`).join(", ")}.`;
}

/** Describes the method of a range test: range, measure, end and repetition of images. */
export function rangeTestMethod(result: FinderResult): string[] {
  const { curve, lowest, highest, steps, seeds, probe, rounds } = result;
  const { skipped = 0 } = curve;
  const each = seeds > 1 ? ` (median of ${seeds} shuffles)` : "";
  const measure = probe > 0 ? `the loss on the same ${probe} images` : "the loss of each batch";
  const last = curve.lr.at(-1);
  return present([
    `The learning rate rose from ${rateText(lowest)} to ${rateText(highest)} in ${steps} steps. The curve shows ${measure}${each}.`,
    curve.stop && last !== undefined ? `The test ended at ${rateText(last)}: ${curve.stop.reason}.` : null,
    skipped > 0 ? `${skipped === 1 ? "One non-finite loss is" : `${skipped} non-finite losses are`} left out.` : null,
    rounds > 1
      ? `The test has more steps than the data have batches, so it passed through the images ${Number(rounds.toPrecision(2))} times.`
      : null,
  ]);
}
