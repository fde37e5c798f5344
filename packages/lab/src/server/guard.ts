import { timingSafeEqual } from "node:crypto";

/** Header with the token of the printed URL. A page of another origin cannot set it. */
export const TOKEN_HEADER = "x-downhill-token";

/** Names by which a browser on this computer reaches the server. */
const NAMES = ["127.0.0.1", "localhost"] as const;

/** Headers of each response. */
export const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Reason to refuse a request. */
export interface Refused {
  readonly status: 400 | 403 | 405 | 413;
  readonly reason: string;
}

/**
 * Checks a request before anything else reads it. Web pages of other origins, also those whose name leads to this computer
 * (DNS rebinding), and programs without the token cannot write.
 * @param port port of the server
 * @param token token that writing requires
 * @returns null if the request is accepted
 */
export function refuse(request: Request, port: number, token: string): Refused | null {
  const { headers, method } = request;
  const hosts = NAMES.map((name) => `${name}:${port}`);
  if (!hosts.includes(headers.get("host") ?? "")) {
    return { status: 403, reason: `The lab serves only http://${hosts[0]}. Open that address.` };
  }
  const origin = headers.get("origin");
  if (origin !== null && !hosts.some((host) => origin === `http://${host}`)) return FOREIGN;
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return FOREIGN;
  if (hasBody(headers)) return { status: 413, reason: "The lab accepts no request with a body." };
  if (method === "GET" || method === "HEAD") return null;
  if (method !== "POST") return { status: 405, reason: `The lab has no ${method} requests.` };
  if (!isSame(headers.get(TOKEN_HEADER) ?? "", token)) {
    return { status: 403, reason: "The token is missing or old. Open the address that downhill lab printed." };
  }
  return null;
}

const FOREIGN: Refused = { status: 403, reason: "The lab answers only its own page." };

const hasBody = (headers: Headers): boolean =>
  (headers.get("content-length") ?? "0") !== "0" || headers.get("transfer-encoding") !== null;

/** Compares in constant time, which reveals nothing about the token. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
