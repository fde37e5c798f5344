import type { Device } from "../devices/device.ts";
import { fastest, type MeasureOptions, measure } from "./measure.ts";
import type { Choices, Memory } from "./memory.ts";
import { type Choose, chooseUsual, type Question } from "./question.ts";

export interface Tuner {
  readonly device: Device;
  readonly memory: Memory;
  /** What the choices hold for: processor, threads, versions. */
  readonly machine: string;
  readonly options: MeasureOptions;
}

/**
 * Lowers with the fastest variants: those that the memory knows, and for other questions those that are measured now.
 * Without being able to remember them nothing is measured, so that a program that is compiled again is the same.
 * @param lower is called once where all is known
 */
export async function withFastest<T>(tuner: Tuner, lower: (choose: Choose) => T): Promise<T> {
  const known = await tuner.memory.read(tuner.machine);
  const open = new Map<string, Question>();
  const lowered = lower(answering(known, (question) => open.set(question.key, question)));
  if (open.size === 0) return lowered;
  const answered = await tuner.memory.add(tuner.machine, (meanwhile) => answerAll(tuner, open, meanwhile));
  return answered === null ? lower(chooseUsual) : lower(answering(answered));
}

/** Takes what is known, where that is a variant still. */
function answering(known: Choices, unknown: (question: Question) => void = () => {}): Choose {
  return (question) => {
    const choice = known[question.key];
    if (choice !== undefined && question.variants.includes(choice)) return choice;
    unknown(question);
    return question.usual;
  };
}

async function answerAll(
  { device, options }: Tuner,
  open: ReadonlyMap<string, Question>,
  known: Choices,
): Promise<Choices> {
  const made: Record<string, string> = {};
  for (const [key, question] of open) {
    if (question.variants.includes(known[key] ?? "")) continue;
    made[key] = fastest(await measure(device, question, options), question.usual) ?? question.usual;
  }
  return made;
}
