import { reportRun, runPaths } from "@downhill/train";
import type { Output } from "../output/output.ts";

/** Writes a run's report again. */
export async function report(output: Output, [folder]: readonly [string]): Promise<undefined> {
  const onNote = (text: string): void => output.log(`${output.progress.style("yellow", "Note:")} ${text}`);
  const files = await reportRun(folder, { onNote });
  const { report: path } = runPaths(folder);
  output.result({ run: folder, report: path, files }, () => path);
}
