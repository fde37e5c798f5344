import { type Difference, diffRuns, type RunSummary, summarizeRun } from "@downhill/train";
import { loss, percent, setting } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";
import { table } from "../../output/table.ts";

/** Says in what two runs differ, and what came of each. */
export function diff(output: Output, [a, b]: readonly [string, string]): undefined {
  const [left, right] = [summarizeRun(a), summarizeRun(b)];
  const differences = diffRuns(left.facts, right.facts);
  output.result({ runs: [a, b], results: [left, right].map(outcome), differences }, () =>
    text(left, right, differences, output),
  );
}

function text(left: RunSummary, right: RunSummary, differences: readonly Difference[], { results }: Output): string {
  const rows = [
    ["status", left.status, right.status],
    ["accuracy", accuracy(left), accuracy(right)],
    ["loss", ...[left, right].map((run) => (run.accuracy === null ? "-" : loss(run.loss)))],
    ["steps", String(left.steps), String(right.steps)],
    ...differences.map(({ key, a, b }) => [key, setting(a), setting(b)]),
  ];
  const columns = [{ title: "", style: "dim" }, { title: left.folder }, { title: right.folder }] as const;
  const shown = table(results, columns, rows);
  return differences.length > 0 ? shown : `${shown}\n\nThey were told the same.`;
}

const outcome = ({ status, part, accuracy: share, loss: value, steps, epochs }: RunSummary): object => ({
  status,
  part,
  accuracy: share,
  loss: value,
  steps,
  epochs,
});

const accuracy = ({ accuracy: share, part }: RunSummary): string =>
  share === null ? "-" : `${percent(share, 2)} (${part})`;
