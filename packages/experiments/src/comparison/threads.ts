import { availableParallelism } from "node:os";

/** Returns the threads of each trial: all cores, divided among the trials that run at the same time. */
export const threadsPerTrial = (jobs: number): number => Math.max(1, Math.floor(availableParallelism() / jobs));
