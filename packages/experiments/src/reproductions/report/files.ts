import { toCsv } from "@downhill/train/text";
import { reproductionHtml } from "./html.ts";
import { claimsMarkdown } from "./markdown.ts";
import type { ReproductionReport } from "./reproduction-report.ts";

/** Returns the contents of all files of a report, by their names. */
export function reproductionFiles(report: ReproductionReport): Map<string, string> {
  const { reproduction, facts, claims, method, files, trained } = report;
  const { name, title, paper } = reproduction;
  return new Map([
    ["result.json", `${JSON.stringify({ name, title, paper, claims, method, facts }, null, 2)}\n`],
    ["claims.md", claimsMarkdown(report)],
    ["report.html", reproductionHtml(report)],
    ...files,
    ...(trained.length === 0
      ? []
      : ([
          ["trainings.csv", toCsv(trained.map(trainingRow))],
          ["epochs.csv", toCsv(trained.flatMap(epochRows))],
        ] as const)),
  ]);
}

type Trained = ReproductionReport["trained"][number];

const trainingRow = ({ training: { name, settings }, result }: Trained) => ({
  training: name,
  seed: settings.seed,
  lr: settings.lr,
  accuracy: result.accuracy,
  loss: result.loss,
  updates: result.updates,
  seconds: result.seconds,
  diverged: result.diverged,
});

const epochRows = ({ training: { name }, result }: Trained) =>
  result.epochs.map(({ epoch, ...scores }) => ({ training: name, epoch: epoch + 1, ...scores }));
