import type { Advice } from "../advice.ts";
import { notTried, verdictOf } from "./words.ts";

/** Version of the file `advice-result.json`. */
const VERSION = 1;

/** Returns an advice as plain data: verdict, recommended configuration, answers, validation and what was not tried. */
export function adviceToJson(advice: Advice): object {
  const { facts, lengths, baseline, noise, answers, chosen, validation, recommended, config, spent, isFinished } =
    advice;
  return {
    version: VERSION,
    id: facts.id,
    created: facts.created,
    command: facts.command,
    verdict: verdictOf(advice),
    isFinished,
    recommended,
    config,
    chosen,
    validation,
    budget: facts.budget,
    spent,
    lengths,
    baseline,
    noiseScale: noise,
    answers,
    notTried: notTried(advice),
    data: facts.data,
    versions: facts.versions,
  };
}
