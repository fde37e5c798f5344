import { type DataRemedy, dataRemedyInWords } from "./data-set/remedy.ts";
import { withAdvice } from "./text/advice.ts";

/**
 * An error in the data or the options: the file or value, the problem, the expected content, and what to do. The message
 * names options. Programs with another vocabulary, such as the command line, word `problem` and `remedies` themselves.
 */
export class DataError extends Error {
  override readonly name = "DataError";
  /** The problem and the expected content, without the remedies. */
  readonly problem: string;
  /** The actions that fix the problem, any one of them. */
  readonly remedies: readonly DataRemedy[];

  constructor(problem: string, remedies: readonly DataRemedy[] = []) {
    super(withAdvice(problem, remedies.map(dataRemedyInWords)));
    this.problem = problem;
    this.remedies = remedies;
  }
}
