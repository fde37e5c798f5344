import { defined } from "@downhill/optim/defined";
import { optional } from "../command/argument.ts";
import { defineCommand } from "../command/define-command.ts";
import { flag, option } from "../command/option.ts";
import { text } from "../command/readers.ts";
import { flagOf } from "../config/flags.ts";
import { RUNS } from "../training/runs.ts";
import { UsageError } from "../usage-error.ts";
import { configOptions, DATA_HELP, quiet } from "./shared.ts";

export const train = defineCommand({
  name: "train",
  summary: "train a model on images",
  description:
    "Train a model on images and write a run folder with the model, its metrics and a report. Unset options have defaults that suit the images.",
  args: [optional("data", DATA_HELP)],
  options: {
    out: option("<folder>", `run folder, empty or new (default: a new folder in ${RUNS}/)`, text),
    resume: option("<run>", "resume a run that was stopped or killed", text),
    resumeOrStart: flag("resume the run in --out, or start it there"),
    allowOtherArithmetic: flag("resume even on a processor that rounds differently"),
    ...configOptions,
    quiet,
    json: flag("print events and the result as JSON lines"),
  },
  settings: "all",
  examples: [
    "downhill train sample --epochs 1 --out runs/first",
    "downhill train sample --optimizer adamw --lr 0.003 --schedule cosine --epochs 2 --out runs/second",
    "downhill train sample --epochs 2 --out runs/third --resume-or-start",
  ],
  async action({ output, args: [data], options, settings }) {
    const { out, resume, resumeOrStart, allowOtherArithmetic, config, set } = options;
    if (resume !== undefined) {
      const others = Object.entries({ out, config, resumeOrStart, set }).filter(([, value]) => isGiven(value));
      const flags = [...Object.keys(settings), ...others.map(([key]) => key)].map(flagOf);
      checkAlone(resume, [...(data === undefined ? [] : [data]), ...flags]);
    } else if (!resumeOrStart && allowOtherArithmetic) {
      throw new UsageError(
        "--allow-other-arithmetic: expected a run to resume. Add --resume RUN, or --out RUN --resume-or-start.",
      );
    }
    const { startNew, resumeOnly, resumeOrStartIn } = await import("../actions/train.ts");
    if (resume !== undefined) return resumeOnly(output, resume, allowOtherArithmetic);
    const { readGiven } = await import("../config/given.ts");
    const read = () => readGiven(data, { ...settings, set, ...defined({ config }) });
    if (!resumeOrStart) return startNew(output, read(), out);
    if (out === undefined) {
      throw new UsageError("--resume-or-start: expected the run folder beside it. Add --out FOLDER.");
    }
    return resumeOrStartIn(output, out, read(), allowOtherArithmetic);
  },
});

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

/** @throws UsageError if a command that resumes a run has other arguments or options */
function checkAlone(run: string, others: readonly string[]): void {
  if (others.length === 0) return;
  throw new UsageError(
    `--resume ${run}: a resumed run keeps its settings. Remove ${others.join(", ")}, or start a new run without --resume.`,
  );
}
