import { defineGroup } from "../../command/define-command.ts";
import { fetch } from "./fetch.ts";
import { inspect } from "./inspect.ts";
import { list } from "./list.ts";

export const data = defineGroup(
  {
    name: "data",
    summary: "inspect and download data sets",
    description: "Inspect data sets before training, and download those that have names.",
    examples: ["downhill data inspect sample"],
  },
  [list, inspect, fetch],
);
