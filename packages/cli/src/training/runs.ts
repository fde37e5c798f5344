/** Where runs go that are not told where. It is here by itself, as the help needs it without the engine. */
export const RUNS = "runs";
