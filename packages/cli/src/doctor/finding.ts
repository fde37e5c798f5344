/** One line of `downhill doctor`: a check that passed, a problem for training, or information. */
export interface Finding {
  readonly name: string;
  readonly state: "good" | "bad" | "note";
  readonly text: string;
}
