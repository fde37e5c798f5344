import {
  type Advice,
  adviceFiles,
  adviceVerdict,
  answerText,
  lengthsText,
  noiseText,
  outOfScope,
  questionTitles,
  timeText,
} from "@downhill/experiments";
import { quote } from "../config/command-line.ts";
import { percent } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { joinSections } from "../output/sections.ts";
import { definitions, pairs } from "../output/table.ts";
import { PROGRAM } from "../program-name.ts";

/** Returns an advice as text: the verdict, the changes, the answers, what was not tried, the cost, and the next command. */
export function adviceText(advice: Advice, { results }: Output): string {
  const { folder, answers, validation, facts, isFinished, recommended } = advice;
  const files = adviceFiles(folder);
  const changes = Object.entries(recommended).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const nextCommand: readonly [string, string] = isFinished
    ? ["train", `${PROGRAM} train --config ${quote(files.config)}`]
    : ["resume", `${PROGRAM} advise --resume ${quote(folder)}`];
  return joinSections([
    results.style("bold", adviceVerdict(advice)),
    validation === null
      ? null
      : `On ${facts.data.part} images: defaults ${percent(validation.defaults.mean, 2)}, chosen settings ${percent(validation.chosen.mean, 2)}. Seeds ${validation.seeds.join(", ")}, which no choice has used.`,
    changes.length === 0 ? null : `Changes: ${changes.join(", ")}`,
    answers.length === 0
      ? null
      : definitions(
          results,
          answers.map((answer) => [questionTitles[answer.question], answerText(answer)] as const),
        ),
    [lengthsText(advice), noiseText(advice)].filter((text) => text !== null).join(" "),
    isFinished ? outOfScope : null,
    `${timeText(advice)}.`,
    isFinished ? null : "Stopped. The advice is saved.",
    pairs(results, [["folder", folder], ["report", files.report], ["config", files.config], nextCommand]),
  ]);
}
