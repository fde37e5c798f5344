import type { ReproductionEvent, TrainingPlace } from "@downhill/experiments";
import { duration, present } from "@downhill/train/text";
import type { Field } from "../output/fit.ts";
import { clock, count, loss, percent } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { JsonEvents } from "./json-events.ts";

/** Prints the progress of a reproduction: a line for each training. */
export class ReproductionView {
  readonly #output: Output;
  readonly #json: JsonEvents;

  constructor(output: Output) {
    this.#output = output;
    this.#json = new JsonEvents(output);
  }

  show(event: ReproductionEvent): void {
    const { mode } = this.#output;
    if (mode.json) {
      if (!mode.quiet) this.#showJson(event);
    } else if (event.kind === "start") this.#output.log(`${event.name}. Folder: ${event.folder}`);
    else if (event.kind === "training") this.#output.status(placeFields(event));
    else if (event.kind === "step") {
      const own = { text: `step ${count(event.step + 1)}, loss ${loss(event.loss)}`, drop: 3 };
      this.#output.status([...placeFields(event), own]);
    } else if (event.kind === "trained") this.#output.log(trainedText(event));
    else if (event.kind === "note") this.#output.note(event.text);
    else this.#output.status([{ text: event.what, drop: 0 }]);
  }

  #showJson(event: ReproductionEvent): void {
    if (event.kind === "step") return;
    if (event.kind === "start" || event.kind === "training" || event.kind === "trained") {
      const { kind, ...rest } = event;
      this.#output.json({ event: kind, ...rest });
    } else this.#json.show(event);
  }
}

const placeFields = ({ training, number, of, secondsLeft }: TrainingPlace): Field[] =>
  present([
    { text: `training ${number} of ${of}: ${training}`, drop: 0 },
    secondsLeft === null ? null : { text: `${clock(secondsLeft)} left`, drop: 2 },
  ]);

function trainedText({
  training,
  number,
  of,
  seconds,
  accuracy,
}: Extract<ReproductionEvent, { kind: "trained" }>): string {
  const score = accuracy === null ? "" : `accuracy ${percent(accuracy)}, `;
  return `training ${number} of ${of}: ${training}: ${score}${duration(seconds)}`;
}
