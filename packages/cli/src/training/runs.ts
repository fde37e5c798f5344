/** Default folder of run folders. It has a file of its own because the help needs it without the engine. */
export const RUNS = "runs";
