/** What is done to images at random, as plain JSON. */
export type AugmentDescription = { readonly kind: string; readonly [argument: string]: unknown };
