import { diffRuns, type RunSummary, summarizeRun } from "@downhill/train";
import { loss, percent, setting } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { table } from "../../output/table.ts";

/** Prints the differences between two runs, and the result of each. */
export function compareRuns(output: Output, a: string, b: string): undefined {
  const [left, right] = [summarizeRun(a), summarizeRun(b)];
  const differences = diffRuns(left.facts, right.facts);
  output.result({ runs: [a, b], results: [left, right].map(outcome), differences }, () => {
    const rows = [
      ["status", left.status, right.status],
      ["accuracy", accuracy(left), accuracy(right)],
      ["loss", ...[left, right].map((run) => (run.accuracy === null ? "-" : loss(run.loss)))],
      ["steps", String(left.steps), String(right.steps)],
      ...differences.map((difference) => [difference.key, setting(difference.a), setting(difference.b)]),
    ];
    const columns = [{ title: "", style: "dim" }, { title: left.folder }, { title: right.folder }] as const;
    const shown = table(output.results, columns, rows);
    return differences.length > 0 ? shown : `${shown}\n\nSame settings, data, device and versions.`;
  });
}

const outcome = ({ status, part, accuracy, loss, steps, epochs }: RunSummary): object => ({
  status,
  part,
  accuracy,
  loss,
  steps,
  epochs,
});

const accuracy = ({ accuracy: share, part }: RunSummary): string =>
  share === null ? "-" : `${percent(share, 2)} (${part})`;
