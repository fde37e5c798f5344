import { defineGroup } from "../../command/define-command.ts";
import { convert } from "./convert.ts";
import { fetch } from "./fetch.ts";
import { inspect } from "./inspect.ts";
import { list } from "./list.ts";
import { preview } from "./preview.ts";

export const data = defineGroup(
  {
    name: "data",
    summary: "inspect, preview, convert and download data sets",
    description: "Inspect data sets before training, convert them, and download those that have names.",
    examples: ["downhill data inspect sample"],
  },
  [list, inspect, preview, convert, fetch],
);
