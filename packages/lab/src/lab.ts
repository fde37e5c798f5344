import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { PAGE } from "./page-folder.ts";
import { createApp } from "./server/app.ts";
import { readPage } from "./server/page-files.ts";

/** Options of the lab. */
export interface LabOptions {
  /** Folder that contains run folders; it may be missing or empty. */
  readonly folder: string;
  /** Run that the address opens; default the list of runs. */
  readonly run?: string;
  /** Port; default 4114, or the next free one. 0 takes any free port. */
  readonly port?: number;
}

/** Running lab. */
export interface Lab {
  /** Address to open, with the token that permits the page to stop runs. */
  readonly url: string;
  readonly port: number;
  /** Closes all connections and ends the server. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const PORT = 4114;
/** Number of ports that are tried if none is given. */
const TRIES = 20;
const MOST_CONNECTIONS = 4000;
/** Milliseconds that a client has for the headers of a request. */
const HEADERS_TIMEOUT = 10_000;

/**
 * Serves the page of the lab on this computer only.
 * @throws Error with the code EADDRINUSE if the given port is in use
 * @example const lab = await startLab({ folder: "runs" });
 */
export async function startLab({ folder, run, port }: LabOptions): Promise<Lab> {
  const token = randomBytes(24).toString("base64url");
  let actual = 0;
  const app = createApp({ folder, page: readPage(PAGE), token, port: () => actual });
  const server = createAdaptorServer({ fetch: app.fetch, hostname: LOOPBACK }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = HEADERS_TIMEOUT;
  await listen(server, port === undefined ? Array.from({ length: TRIES }, (_, i) => PORT + i) : [port]);
  actual = (server.address() as AddressInfo).port;
  return {
    url: `http://${LOOPBACK}:${actual}/${run === undefined ? "" : `?${new URLSearchParams({ run })}`}#token=${token}`,
    port: actual,
    async close() {
      app.events.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Listens at the first free port. */
async function listen(server: Server, [port, ...others]: readonly number[]): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || others.length === 0) throw error;
    await listen(server, others);
  }
}
