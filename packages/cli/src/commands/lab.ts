import { optionalOr } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { option } from "../command/option.ts";
import { wholeNumber } from "../command/readers.ts";
import { RUNS } from "../training/runs.ts";
import { json } from "./shared.ts";

const MOST_PORT = 65_535;

export const lab = defineCommand({
  name: "lab",
  summary: "watch and compare runs in the browser",
  description:
    "Serve a page on this computer that shows runs while they train and compares them: curves, settings, confusion matrix and worst mistakes. Open the printed address in a browser; Ctrl-C ends the lab. No other computer can reach it, and it works without network.",
  args: [optionalOr(RUNS, "folder", "folder that contains run folders, or one run folder")],
  options: {
    port: option("<n>", "port of the page (default: 4114, or the next free one)", wholeNumber(MOST_PORT)),
    json,
  },
  examples: ["downhill lab", "downhill lab runs/first"],
  action: async ({ output, args: [folder], options: { port } }) =>
    (await import("../actions/lab.ts")).serveLab(output, folder, port),
});
