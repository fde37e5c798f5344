import { meanOf } from "@downhill/train/statistics";
import { duration } from "@downhill/train/text";
import type { Advice, Answer } from "../advice.ts";
import { TITLES } from "../questions.ts";
import {
  accuracyText,
  answerText,
  lengthsText,
  noiseText,
  notTried,
  points,
  pointsInterval,
  timeText,
  verdictOf,
} from "./words.ts";

/** Returns the page of reasons as Markdown. */
export function adviceMarkdown(advice: Advice): string {
  const { facts, answers, validation, baseline, config } = advice;
  const lines = [
    `# Advice for ${facts.data.name}`,
    verdictOf(advice),
    ...(validation === null
      ? []
      : [
          `On ${facts.data.part} images: defaults ${accuracyText(validation.defaults.mean)}, ${advice.chosen?.name} ${accuracyText(validation.chosen.mean)}. Seeds: ${validation.seeds.join(", ")}; no choice has used them.`,
        ]),
    "## Configuration",
    `\`\`\`json\n${JSON.stringify(config, null, 2)}\n\`\`\``,
    "## Questions",
    ...(baseline === null || baseline.scores.includes(null)
      ? []
      : [`The defaults reach ${accuracyText(meanOf(baseline.scores as number[]).mean)} in these trainings.`]),
    lengthsText(advice) ?? "",
    ["| question | expected gain | time | answer |", "| --- | ---: | ---: | --- |", ...answers.map(row)].join("\n"),
    ...answers.flatMap(candidates),
    ...[noiseText(advice) ?? ""],
    "## Not tried",
    notTried(advice)
      .map((text) => `- ${text}`)
      .join("\n"),
    "## Cost",
    `${timeText(advice)}.${facts.command === "" ? "" : ` Command: \`${facts.command}\``}`,
  ];
  return `${lines.filter((line) => line !== "").join("\n\n")}\n`;
}

const row = (answer: Answer): string => {
  const time = answer.kind === "asked" ? duration(answer.seconds) : "–";
  return `| ${TITLES[answer.question]} | ${points(answer.expectedGain)} | ${time} | ${answerText(answer)} |`;
};

function candidates(answer: Answer): string[] {
  if (answer.kind === "not asked" || answer.candidates.length === 0) return [];
  const rows = answer.candidates.map(({ name, difference, measured }) =>
    difference === null
      ? `| ${name} | ${measured.problem ?? "no result"} | – | – |`
      : `| ${name} | ${points(difference.mean)} | ${pointsInterval(difference.interval)} | ${difference.p.toFixed(3)} |`,
  );
  return [
    `### ${TITLES[answer.question]}`,
    [`| against ${answer.current} | points | 95 % interval | p |`, "| --- | ---: | ---: | ---: |", ...rows].join("\n"),
  ];
}
