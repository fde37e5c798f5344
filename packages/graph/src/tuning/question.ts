import type { ValueInfo } from "../core/values.ts";

/** Which of several ways to compute the same is the fastest: it depends on shapes, processor and threads. */
export interface Question {
  /** What is asked, shapes included: the same key is the same question. */
  readonly key: string;
  /** The names of the ways. */
  readonly variants: readonly string[];
  /** The one to take without measuring. */
  readonly usual: string;
  /** A model that does nothing else. */
  readonly trial: (variant: string) => Trial;
}

export interface Trial {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** Answers with the name of a variant. */
export type Choose = (question: Question) => string;

export const chooseUsual: Choose = ({ usual }) => usual;
