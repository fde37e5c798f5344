import { count } from "../../plots/numbers.ts";
import { sentence } from "../../text/index.ts";
import type { Check } from "./warning.ts";

/** Warns that a run is in progress or was interrupted. */
export const incomplete: Check = ({ status, facts, steps }) => {
  const done = `${count(steps.length)} of ${count(facts.totalSteps)} steps are done.`;
  if (status === "running") return { title: "The run is in progress", text: `${done} All figures are preliminary.` };
  if (status === "unfinished" || status === "stopped") {
    return { title: "The run is incomplete", text: `${done} Resume the run to complete it.` };
  }
  return undefined;
};

/** Warns that a run failed. */
export const failed: Check = ({ result }) =>
  result?.status === "failed"
    ? { title: "The run failed", text: sentence(result.reason ?? "The reason is unknown") }
    : undefined;

/** Warns that a run finished before its last epoch. */
export const endedEarly: Check = ({ facts, result }) =>
  result?.status === "finished" && result.reason !== null
    ? {
        title: `Training ended early, after ${count(result.epochs)} of ${count(facts.config.epochs)} epochs`,
        text: sentence(result.reason),
      }
    : undefined;
