import { TrainError } from "@downhill/train";
import { Hono } from "hono";
import { encodeCurves } from "../api/wire.ts";
import { OpenRuns } from "../runs/open-runs.ts";
import { reportPictures } from "../runs/report-pictures.ts";
import { RunList } from "../runs/run-list.ts";
import { Refusal, runFolder } from "../runs/run-place.ts";
import { stopRun } from "../runs/stop-run.ts";
import { curvesQuery } from "./curves-request.ts";
import { Events } from "./events.ts";
import { HEADERS, refuse } from "./guard.ts";
import type { PageFile } from "./page-files.ts";

/** Parts of the server. */
export interface AppOptions {
  /** Folder of runs. */
  readonly folder: string;
  readonly page: ReadonlyMap<string, PageFile>;
  readonly token: string;
  /** Returns the port of the server. */
  readonly port: () => number;
  /** Interrupts a process. */
  readonly interrupt?: (pid: number) => void;
}

/** Request handler of the lab. */
export interface App {
  fetch(request: Request): Response | Promise<Response>;
  readonly events: Events;
}

/** Largest number of runs that a page follows. */
const MOST_FOLLOWED = 64;

/** Returns the request handler. It answers with files of the page and with the runs in one folder. */
export function createApp({ folder, page, token, port, interrupt }: AppOptions): App {
  const list = new RunList(folder);
  const runs = new OpenRuns(list);
  const events = new Events(list, runs);
  const app = new Hono();

  app.use("*", async (context, next) => {
    const refused = refuse(context.req.raw, port(), token);
    if (refused) context.res = context.json({ problem: refused.reason }, refused.status);
    else await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
    if (!context.res.headers.has("cache-control")) context.res.headers.set("cache-control", "no-store");
  });

  app.get("/api/runs", (context) => context.json({ folder, runs: list.list() }));

  app.get("/api/run", async (context) => context.json(await runs.details(context.req.query("run") ?? "")));

  app.get("/api/curves", async (context) => {
    const query = curvesQuery(new URL(context.req.url).searchParams);
    if (query === null) return context.json({ problem: "A parameter of the curves is missing or invalid." }, 400);
    const curves = await runs.curves(context.req.query("run") ?? "", query);
    return context.body(encodeCurves(curves), 200, { "content-type": "application/octet-stream" });
  });

  app.get("/api/picture", (context) => {
    const path = `${runFolder(folder, context.req.query("run") ?? "")}/report.html`;
    const picture = reportPictures(path)[Number(context.req.query("index") ?? Number.NaN)];
    if (!picture) return context.json({ problem: "The run folder has no such picture." }, 404);
    return context.body(picture, 200, { "content-type": "image/png" });
  });

  app.get("/api/events", (context) => {
    const ids = context.req.queries("run") ?? [];
    const stream = ids.length > MOST_FOLLOWED ? null : events.stream(ids);
    if (stream === null) return context.json({ problem: "The lab has too many open connections." }, 503);
    return context.body(stream, 200, { "content-type": "text/event-stream" });
  });

  app.post("/api/stop", (context) => {
    stopRun(folder, context.req.query("run") ?? "", interrupt);
    return context.json({});
  });

  app.get("*", (context) => {
    const { pathname } = new URL(context.req.url);
    const file = page.get(pathname);
    if (file) {
      const cache = file.isHashed ? "public, max-age=31536000, immutable" : "no-cache";
      return context.body(file.bytes, 200, { "content-type": file.type, "cache-control": cache });
    }
    if (pathname === "/") return context.text("The page of the lab is not built. Run npm run build.", 503);
    return context.json({ problem: "Not found." }, 404);
  });

  app.onError((error, context) => {
    if (error instanceof Refusal) return context.json({ problem: error.message }, 404);
    if (error instanceof TrainError) return context.json({ problem: error.message }, 422);
    return context.json({ problem: `The lab failed: ${error.message}` }, 500);
  });

  return { fetch: (request) => app.fetch(request), events };
}
