import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Lab, startLab } from "@downhill/lab";
import type { Output } from "../output/output.ts";
import { endAtOnce, listenForInterrupts, STATUSES } from "../training/interrupts.ts";
import { RUNS } from "../training/runs.ts";
import { UsageError } from "../usage-error.ts";

/** Serves the lab until a signal ends it. Returns the exit status; Ctrl-C is the usual end and no failure. */
export async function serveLab(output: Output, folder: string, port: number | undefined): Promise<number | undefined> {
  if (folder !== RUNS && !existsSync(folder)) {
    throw new UsageError(`${folder}: there is no such folder. Expected one that contains run folders.`);
  }
  const isRun = existsSync(join(folder, "run.json"));
  const place = isRun ? { folder: dirname(resolve(folder)), run: basename(resolve(folder)) } : { folder };
  const lab = await start(place, port);
  output.result({ url: lab.url, port: lab.port, folder: place.folder }, () => lab.url);
  output.log("Open the address in a browser on this computer. Ctrl-C ends the lab.");
  const status = await interrupted();
  await lab.close();
  return status === STATUSES.SIGINT ? undefined : status;
}

async function start(
  place: { readonly folder: string; readonly run?: string },
  port: number | undefined,
): Promise<Lab> {
  try {
    return await startLab({ ...place, ...(port !== undefined && { port }) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (port === undefined || (code !== "EADDRINUSE" && code !== "EACCES")) throw error;
    const reason = code === "EACCES" ? "the system permits it only to administrators" : "another program uses it";
    throw new UsageError(`--port ${port}: ${reason}. Use another port, or omit --port.`);
  }
}

/** Waits for Ctrl-C or SIGTERM. Returns the exit status of the signal. */
const interrupted = (): Promise<number> =>
  new Promise((resolve) => {
    const remove = listenForInterrupts((status) => {
      remove();
      resolve(status);
    }, endAtOnce);
  });
