import { writeFileSync } from "node:fs";
import { toCsv } from "@downhill/train/text";
import { defineCommand } from "../../command/define-command.ts";
import { flag, option } from "../../command/option.ts";
import { text } from "../../command/readers.ts";
import { checkNewFile } from "../../config/new-file.ts";
import { plural } from "../../output/format.ts";
import { force, RUN } from "../shared.ts";

export const exportMetrics = defineCommand({
  name: "export",
  summary: "export the metrics of a run as CSV",
  description:
    "Export the metrics of a run as CSV: one row per step with the loss, the accuracy and every hyperparameter in force.",
  args: [RUN],
  options: {
    epochs: flag("write one row per epoch instead of one per step"),
    out: option("<file>", "output file (default: standard output)", text),
    force,
  },
  examples: ["downhill runs export runs/first > steps.csv", "downhill runs export runs/first --epochs"],
  async action({ output, args: [run], options: { epochs, out, force } }) {
    if (out !== undefined) checkNewFile(out, force);
    const { metricRows } = await import("../../actions/runs/metrics.ts");
    const rows = metricRows(run, epochs ? "epochs" : "steps");
    if (out === undefined) output.results.write(toCsv(rows));
    else {
      writeFileSync(out, toCsv(rows));
      output.print(`${out}: ${plural(rows.length, "row")}`);
    }
    return undefined;
  },
});
