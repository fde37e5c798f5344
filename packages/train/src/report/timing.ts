import { count, counted, percent } from "../plots/numbers.ts";
import { duration } from "../text/duration.ts";
import { type Html, html } from "./html.ts";
import type { ReportRun } from "./report-data.ts";
import { pairs, table } from "./table.ts";

/** Returns the card with training time, speed, device and versions. */
export function timingSection({ facts: { device, versions }, result, timings }: ReportRun): Html {
  return html`<div class="card"><h3>Time and machine</h3>
${pairs([
  ...(result
    ? ([
        ["Training", duration(result.seconds)],
        ["Speed", `${count(result.imagesPerSecond)} images/s`],
        ["Waiting for images", `${percent(result.waitingShare)} of the time`],
      ] as const)
    : []),
  ["Device", `${device.name}, ${counted(device.threads, "thread")}, ${device.lowering} lowering`],
  ["Reason for the device", device.reason],
  ...Object.entries(versions).map(([name, version]) => [name, version] as const),
])}
${
  timings.length > 0 &&
  html`<details><summary>Time per epoch</summary>
${table(
  timings,
  [
    { heading: "Epoch", cell: ({ epoch }) => count(epoch + 1) },
    { heading: "Time", cell: ({ seconds }) => duration(seconds), numeric: true },
    { heading: "Images/s", cell: ({ imagesPerSecond }) => count(imagesPerSecond), numeric: true },
    { heading: "Waiting for images", cell: ({ waitingShare }) => percent(waitingShare), numeric: true },
  ],
  { caption: "Training time per epoch, without evaluation", named: true },
)}</details>`
}
</div>`;
}
