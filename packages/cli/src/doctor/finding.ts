/** One line of `downhill doctor`: a check that passed, a problem for training, or information. */
export interface Finding {
  readonly name: string;
  readonly state: "good" | "bad" | "note";
  readonly text: string;
  /** Facts of the text for programs, in the output of `--json` only. */
  readonly facts?: Readonly<Record<string, string | number | null>>;
}
