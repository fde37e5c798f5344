import { Contestant, compete } from "../../common/contestant.mjs";
import { showTarget, target } from "../../common/report.mjs";
import { median } from "../../common/statistics.mjs";
import { Worker } from "../../common/worker.mjs";
import { script } from "../entrants.mjs";

/** Largest share of Muon's update in a step of W3. */
const TARGET = 0.15;
const UPDATES = ["adamw", "muon", "normuon", "adamuon"];

/** Measures the updates of optimizers that multiply matrices beside the gradients of W3, a ResNet-14, on one thread. */
export async function muon({ effort, skipped }) {
  const entered = ["gradients", ...UPDATES].map(
    (part) => new Contestant(part, new Worker(process.execPath, [script("w3.mjs"), part])),
  );
  const running = await compete(entered, effort, skipped);
  const gradients = running.find(({ label }) => label === "gradients");
  const rows = gradients
    ? running.map(({ label, times }) => ({ label, ms: median(times) / 1e6, share: shareOf(label, times, gradients) }))
    : [];
  const own = rows.find(({ label }) => label === "muon");
  if (own) own.target = target(`<= ${100 * TARGET} %`, own.share <= TARGET);
  return { title: "Updates with matrix products beside the gradients of W3, one thread", columns: COLUMNS, rows };
}

/** Returns the share of an update in a step of gradients and update: the median of the rounds; null for the gradients. */
const shareOf = (label, times, gradients) =>
  label === "gradients" ? null : median(times.map((time, round) => time / (time + gradients.times[round])));

const COLUMNS = [
  ["part", ({ label }) => label],
  ["ms", ({ ms }) => ms.toFixed(1)],
  ["share of the step", ({ share }) => (share === null ? "" : `${(100 * share).toFixed(1)} %`)],
  ["target", showTarget],
];
