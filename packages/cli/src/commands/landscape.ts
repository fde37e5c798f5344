import { defined } from "@downhill/optim/defined";
import { variadic } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, type Option, option, optionOr } from "../command/option.ts";
import { oneOf, positiveNumber, text, wholeNumber } from "../command/readers.ts";
import { flagOf, keySchemas } from "../config/flags.ts";
import { RUNS } from "../training/runs.ts";
import { json, quiet } from "./shared.ts";

const sharpness: Option<"end" | "path" | undefined> = {
  placeholder: "[where]",
  help: "measure the largest curvature: at the end of each run (end), or along its path (path)",
  read: oneOf("end", "path"),
  bare: "end",
};

export const landscape = defineCommand({
  name: "landscape",
  summary: "draw the loss around trained models",
  description:
    "Measure the loss around trained models: on a plane through weight space, on the line between two runs, and its largest curvature beside the learning rate. Without --plane, --line and --sharpness: a random plane and the curvature of one run, or the plane of the paths of several runs and the lines between them. Runs that were trained with --snapshots have paths.",
  args: [variadic("run", "run folders of one model on the same images")],
  options: {
    plane: option(
      "<kind>",
      "random, through one run, or pca, nearest to the paths of all runs",
      oneOf("random", "pca"),
    ),
    line: flag("measure the straight line between each two runs"),
    sharpness,
    points: optionOr(21, "<n>", "points of a line, and of a plane in each direction", wholeNumber()),
    range: option(
      "<number>",
      "half-width: random in lengths of the weights (default 1), pca relative to the paths (default 1.3)",
      positiveNumber,
    ),
    images: optionOr(1000, "<n>", "images of each part, drawn at random", wholeNumber()),
    test: flag("also measure the test images on the plane"),
    seed: option("<n>", "random seed of the directions and the images (default 0)", wholeNumber(2 ** 32 - 1, 0)),
    threads: option("<n>", "compute threads (default: those of the run)", wholeNumber(keySchemas().threads?.maximum)),
    out: option("<folder>", `folder for the page, plots and data, empty or new (default: a new one in ${RUNS}/)`, text),
    quiet,
    json,
  },
  examples: [
    "downhill landscape runs/first --points 9 --images 100",
    "downhill landscape runs/first --sharpness --images 100",
  ],
  async action({ output, args: [folders], options }) {
    const { plane, line, sharpness, points, images, test, range, seed, threads, out } = options;
    const { landscape } = await import("../actions/landscape.ts");
    const chosen = { ...defined({ plane, sharpness, range, seed, threads }), ...(line && { lines: true }) };
    const shown = { plane, line, sharpness, points, range, images, test, seed };
    const words = Object.entries(shown).flatMap(([key, value]) =>
      value === undefined || value === false ? [] : [flagOf(key), ...(value === true ? [] : [String(value)])],
    );
    return landscape(output, {
      folders,
      out,
      words,
      options: { ...chosen, points, images, testOnPlane: test },
    });
  },
});
