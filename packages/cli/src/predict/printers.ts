import type { Prediction } from "@downhill/train";
import { toCsv, visible } from "@downhill/train/text";
import { percent } from "../output/format.ts";
import type { Output } from "../output/output.ts";

/** Forms of the predictions on the standard output. */
export type PredictionFormat = "text" | "csv" | "json";

/** Prediction with the results of the options. */
export interface Predicted extends Prediction {
  /** True if the probability of the best class is below the threshold; null without a threshold. */
  readonly unsure: boolean | null;
  /** Path of the copy; null if the image was not copied. */
  readonly copy: string | null;
}

/** Prints predictions one by one. */
export type PrintPrediction = (prediction: Predicted) => void;

/** Options of printing. */
interface PrintOptions {
  /** Maximum number of classes per image. */
  readonly top: number;
  readonly hasThreshold: boolean;
  readonly copies: boolean;
}

/** Returns a function for each format that prints predictions to the standard output. */
export const PRINTERS: Readonly<Record<PredictionFormat, (output: Output, options: PrintOptions) => PrintPrediction>> =
  {
    text: (output, { top }) => {
      return ({ file, classes, unsure }) => {
        if (classes === null) return;
        const [first, ...others] = classes
          .slice(0, top)
          .map(({ name, probability }) => `${visible(name)} (${percent(probability)})`);
        const mark = unsure ? ` ${output.results.style("yellow", "unsure")}` : "";
        output.print(`${visible(file)}: ${[output.results.style("bold", first ?? ""), ...others].join(", ")}${mark}`);
      };
    },
    json: (output, { top }) => {
      return ({ file, classes, problem, unsure, copy }) => {
        if (classes === null) return output.json({ file, error: { message: problem } });
        const extras = { ...(unsure === null ? {} : { unsure }), ...(copy === null ? {} : { copy }) };
        return output.json({ file, classes: classes.slice(0, top), ...extras });
      };
    },
    csv: (output, { top, hasThreshold, copies }) => {
      let isFirst = true;
      return ({ file, classes, problem, unsure, copy }) => {
        const ranked = Array.from({ length: top }, (_, k): [string, unknown][] => {
          const suffix = k === 0 ? "" : `_${k + 1}`;
          return [
            [`class${suffix}`, classes?.[k]?.name],
            [`probability${suffix}`, classes?.[k]?.probability],
          ];
        }).flat();
        const row = {
          file,
          ...Object.fromEntries(ranked),
          ...(hasThreshold && { unsure }),
          ...(copies && { copy }),
          error: problem,
        };
        const lines = toCsv([row]);
        // All rows have the columns of the first, so the heading is printed once.
        output.results.write(isFirst ? lines : lines.slice(lines.indexOf("\n") + 1));
        isFirst = false;
      };
    },
  };
