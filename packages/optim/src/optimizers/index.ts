import { adam } from "./adam.ts";

/** Every optimizer of the library, simplest first. */
export const optimizers = {
  adam,
} as const;
