import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { onDisk } from "@downhill/train/files";
import { isAdvice } from "./advice/facts.ts";
import { readAdvice } from "./advice/read.ts";
import { verdictOf } from "./advice/report/words.ts";
import { readComparison } from "./comparison/comparison.ts";
import { isComparison } from "./comparison/facts.ts";
import { isReproduction, readReproductionFacts } from "./reproductions/running/facts.ts";

/** Entry of a list of experiments: comparisons, advices and reproductions. */
export interface ExperimentSummary {
  readonly folder: string;
  readonly kind: "comparison" | "advice" | "reproduction";
  /** Start time, ISO 8601. */
  readonly created: string;
  readonly data: string;
  /** Null for a reproduction, whose folder does not record its end. */
  readonly isFinished: boolean | null;
  /** Result in a sentence, or the name of a reproduction; null before a comparison has a verdict. */
  readonly result: string | null;
}

/** Experiment whose files cannot be read. */
export interface BrokenExperiment {
  readonly folder: string;
  readonly problem: string;
}

/**
 * Lists the experiments in a folder, newest first. Unreadable ones are listed last, with their problem.
 * @throws TrainError if the folder is not readable; a missing folder has no experiments
 */
export function listExperiments(folder: string): (ExperimentSummary | BrokenExperiment)[] {
  if (!existsSync(folder)) return [];
  const paths = onDisk(folder, () => readdirSync(folder)).map((name) => join(folder, name));
  const found = paths.flatMap((path) => {
    const summarize = SUMMARIES.find(({ isOne }) => isOne(path));
    return summarize ? [tryTo(path, summarize.read)] : [];
  });
  return found.sort((a, b) => createdOf(b).localeCompare(createdOf(a)) || a.folder.localeCompare(b.folder));
}

const createdOf = (one: ExperimentSummary | BrokenExperiment): string => ("created" in one ? one.created : "");

function tryTo(folder: string, read: (folder: string) => ExperimentSummary): ExperimentSummary | BrokenExperiment {
  try {
    return read(folder);
  } catch (error) {
    return { folder, problem: (error as Error).message };
  }
}

const SUMMARIES: readonly {
  readonly isOne: (folder: string) => boolean;
  readonly read: (folder: string) => ExperimentSummary;
}[] = [
  {
    isOne: isComparison,
    read: (folder) => {
      const { facts, isFinished, verdict } = readComparison(folder);
      return { folder, kind: "comparison", created: facts.created, data: facts.data.name, isFinished, result: verdict };
    },
  },
  {
    isOne: isAdvice,
    read: (folder) => {
      const advice = readAdvice(folder);
      const { facts, isFinished } = advice;
      const result = isFinished ? verdictOf(advice) : null;
      return { folder, kind: "advice", created: facts.created, data: facts.data.name, isFinished, result };
    },
  },
  {
    isOne: isReproduction,
    read: (folder) => {
      const { created, data, name } = readReproductionFacts(folder);
      return { folder, kind: "reproduction", created, data, isFinished: null, result: name };
    },
  },
];
