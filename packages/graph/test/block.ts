import { blockSizeOf } from "../src/blocked/block-size.ts";
import { cpu } from "../src/devices/cpu.ts";

const { block: found, lack } = await blockSizeOf(cpu);
if (lack !== null) console.warn(`skipped: tests of the blocked layout: ${lack}`);

/** Block size of this processor; null if the blocked layout is not available. */
export const block = found;
