import type { RunDetails, RunList, XUnit } from "../../../src/api/types.ts";
import { type Curves, decodeCurves } from "../../../src/api/wire.ts";
import { token } from "./token.ts";

/** Request for curves of a run. */
export interface CurvesRequest {
  readonly run: string;
  readonly names: readonly string[];
  readonly x: XUnit;
  /** Visible range; null for all steps. */
  readonly range: readonly [number, number] | null;
  readonly points: number;
  readonly halfLife: number;
  readonly isLogX: boolean;
}

export const fetchList = async (): Promise<RunList> => await json("/api/runs");

export const fetchDetails = async (run: string): Promise<RunDetails> =>
  await json(`/api/run?${new URLSearchParams({ run })}`);

/** Fetches curves at the resolution of the screen. */
export async function fetchCurves({ run, names, x, range, points, halfLife, isLogX }: CurvesRequest): Promise<Curves> {
  const parameters = new URLSearchParams({ run, x, points: String(points), halfLife: String(halfLife) });
  for (const name of names) parameters.append("name", name);
  if (range) {
    parameters.set("from", String(range[0]));
    parameters.set("to", String(range[1]));
  }
  if (isLogX) parameters.set("log", "1");
  const response = await checked(await fetch(`/api/curves?${parameters}`));
  return decodeCurves(await response.arrayBuffer());
}

/** Stops a run, as Ctrl-C in its terminal does. */
export async function stopRun(run: string): Promise<void> {
  const address = `/api/stop?${new URLSearchParams({ run })}`;
  await checked(await fetch(address, { method: "POST", headers: { "x-downhill-token": token() } }));
}

/** Returns the address of the picture of a mistake. */
export const pictureAddress = (run: string, index: number): string =>
  `/api/picture?${new URLSearchParams({ run, index: String(index) })}`;

async function json<T>(address: string): Promise<T> {
  return (await (await checked(await fetch(address))).json()) as T;
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  const { problem } = (await response.json().catch(() => ({}))) as { readonly problem?: string };
  throw new Error(problem ?? `The lab answered with status ${response.status}.`);
}
