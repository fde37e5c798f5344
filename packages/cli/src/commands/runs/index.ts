import { defineGroup } from "../../command/define-command.ts";
import { diff } from "./diff.ts";
import { exportMetrics } from "./export.ts";
import { list } from "./list.ts";
import { remove } from "./remove.ts";
import { show } from "./show.ts";

export const runs = defineGroup(
  {
    name: "runs",
    summary: "list, show, compare, export and remove runs",
    description: "Manage runs. The folder of a run contains everything that is known of the run.",
    examples: ["downhill runs list", "downhill runs diff runs/first runs/second"],
  },
  [list, show, diff, exportMetrics, remove],
);
