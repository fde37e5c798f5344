import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { builtIns, cacheFolder } from "@downhill/images";
import { inUnits } from "@downhill/images/text";
import { listRuns } from "@downhill/train";
import { locationOf } from "../actions/data/locations.ts";
import { plural } from "../output/format.ts";
import { RUNS } from "../training/runs.ts";
import type { Finding } from "./finding.ts";

/** Reports the folders of data sets and runs, and their sizes. */
export function examineFolders(): Finding[] {
  return [dataSets(), ownData(), cache(), runs()];
}

function dataSets(): Finding {
  const names = Object.keys(builtIns);
  const here = names.filter((name) => locationOf(name) !== null);
  const absent = names.filter((name) => locationOf(name) === null);
  const downloads = absent.length === 0 ? "" : `; downloaded on first use: ${absent.join(", ")}`;
  return { name: "data sets", state: "good", text: `on this machine: ${here.join(", ")}${downloads}` };
}

function ownData(): Finding {
  const name = "DOWNHILL_DATA";
  const folder = process.env.DOWNHILL_DATA;
  if (!folder) return { name, state: "note", text: "not set (environment variable for a folder of data sets)" };
  if (existsSync(folder)) return { name, state: "good", text: resolve(folder) };
  return { name, state: "bad", text: `${folder}: there is no such folder. Set DOWNHILL_DATA to an existing folder.` };
}

function cache(): Finding {
  const folder = cacheFolder();
  const parts = ["data", "decoded"].map((part) => `${part} ${inUnits(sizeOf(join(folder, part)))}`);
  return { name: "cache", state: "good", text: `${folder}: ${parts.join(", ")}; safe to delete` };
}

function runs(): Finding {
  const count = listRuns(RUNS).length;
  const size = count > 0 ? `, ${inUnits(sizeOf(RUNS))}` : "";
  return { name: "runs", state: "good", text: `${plural(count, "run")} in ${resolve(RUNS)}${size}` };
}

/** Returns the size of all files in a folder in bytes. */
function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
