import { batchRange, type RunEvent, type RunFacts } from "@downhill/train";
import { quote } from "../config/command-line.ts";
import type { SettingSource } from "../config/given.ts";
import { textOf } from "../config/remedies.ts";
import { fit, progressFields } from "../output/fit.ts";
import { count } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { type ProgressReporter, progressReporter } from "../output/progress-reporter.ts";
import { PROGRAM } from "../program-name.ts";
import { introduce } from "./introduction.ts";
import { findingFields, findingLine, foundLine } from "./search-view.ts";
import { epochFields, TrainingStatus } from "./status.ts";

/** Number of findings about the data that are printed; `data inspect` prints all. */
const SHOWN_FINDINGS = 4;

/** Source of a run's learning rate, which a run folder does not record. */
export interface Origin {
  readonly rate: SettingSource;
  readonly file: string | null;
}

/** Reports the progress of a run: one status line, and a line per epoch. */
export class TrainingView {
  readonly #output: Output;
  readonly #origin: Origin;
  readonly #report: ProgressReporter;
  #run: RunFacts | null = null;
  #status: TrainingStatus | null = null;
  #batchChanges = false;
  #spentBefore: { readonly images: number; readonly milliseconds: number } | null = null;

  constructor(output: Output, origin: Origin) {
    this.#output = output;
    this.#origin = origin;
    this.#report = progressReporter(output);
  }

  show(event: RunEvent): void {
    switch (event.kind) {
      case "data":
        this.#report(event.what, progressFields(event.what, event.done, event.total));
        break;
      case "note":
        this.#output.note(textOf(event));
        break;
      case "finding":
        this.#report(findingLine(event), findingFields(event));
        break;
      case "found":
        this.#found(event);
        break;
      case "start":
        this.#start(event.run, event.step);
        break;
      case "step":
        this.#spentBefore ??= event.spent;
        if (this.#status) this.#output.status(this.#status.step(event, performance.now()));
        break;
      case "epoch":
        this.#epoch(event);
        break;
      case "finishing":
        this.#output.status([{ text: event.what, drop: 0 }]);
        break;
      case "result":
        this.#output.clearStatus();
    }
  }

  #found({ finder, instead }: Extract<RunEvent, { kind: "found" }>): void {
    this.#output.clearStatus();
    this.#output.log(foundLine(finder, instead));
  }

  #start(run: RunFacts, step: number): void {
    this.#run = run;
    this.#status = new TrainingStatus(run);
    const [fewest, most] = batchRange(run);
    this.#batchChanges = fewest !== most;
    if (step === 0) this.#spentBefore = { images: 0, milliseconds: 0 };
    this.#output.clearStatus();
    if (step > 0) this.#output.log(`Resuming at step ${count(step)} of ${count(run.totalSteps)}`);
    for (const line of introduce(run, this.#origin.rate, this.#origin.file)) {
      this.#output.log(line);
    }
    const { findings } = run.data;
    for (const finding of findings.slice(0, SHOWN_FINDINGS)) this.#output.note(finding);
    const more = findings.length - SHOWN_FINDINGS;
    if (more > 0)
      this.#output.note(`${more} more findings about the data: ${PROGRAM} data inspect ${quote(run.given.data)}`);
  }

  #epoch(event: Extract<RunEvent, { kind: "epoch" }>): void {
    const before = this.#spentBefore ?? event.spent;
    this.#spentBefore = event.spent;
    const seconds = (event.spent.milliseconds - before.milliseconds) / 1000;
    const imagesPerSecond = seconds > 0 ? (event.spent.images - before.images) / seconds : 0;
    const { epochs = 0 } = this.#run?.config ?? {};
    const fields = epochFields(event, epochs, this.#batchChanges, { seconds, imagesPerSecond });
    const { progress } = this.#output;
    // The epoch line replaces the status of its steps.
    this.#output.clearStatus();
    const columns = progress.isTerminal ? progress.columns() : Number.POSITIVE_INFINITY;
    this.#output.log(fit(fields, columns, "  "));
  }
}
