import { fork } from "node:child_process";
import { script } from "../entrants.mjs";
import { againstLimit, COLUMNS } from "./memory.mjs";

const PROCESSES = 2;

/** Repeats the first measurement while other processes use the machine. */
export async function busy({ effort, quick, skipped }) {
  const others = Array.from({ length: PROCESSES }, () => fork(script("busy.mjs")));
  try {
    // A step may wait for a processor; longer rounds average that out.
    const longer = { ...effort, milliseconds: 4 * effort.milliseconds };
    const row = await againstLimit("adam", quick ? 1e6 : 25e6, { effort: longer, skipped });
    return {
      title: `The same while ${PROCESSES} busy processes share the machine`,
      columns: COLUMNS,
      rows: row ? [row] : [],
    };
  } finally {
    for (const other of others) other.kill();
  }
}
