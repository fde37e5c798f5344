import { capitalize } from "./capitalize.ts";

/** Returns a text as a sentence: with a capital first letter and a period at its end. */
export function sentence(text: string): string {
  const begun = capitalize(text);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
