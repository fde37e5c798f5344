/** A mistake in how a graph was made; names the op, the shapes, and the line of the caller's code. */
export class GraphError extends Error {
  override readonly name = "GraphError";
}

/** Throws for the user's mistake in the given op. */
export function fail(op: string, message: string): never {
  throw new GraphError(`${op}: ${message}${callerPlace()}`);
}

/** Where the code outside of this package stands, as ` (at file:line:column)`. */
function callerPlace(): string {
  // Without the scheme, which some runtimes write in the lines and some do not.
  const home = new URL(".", import.meta.url).pathname;
  const { stackTraceLimit } = Error;
  // The caller may be far out, as models are made of layers, and these of ops.
  Error.stackTraceLimit = 50;
  const lines = new Error().stack?.split("\n").slice(1) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  const outside = lines.find((line) => /:\d+:\d+\)?$/.test(line) && !line.includes(home) && !line.includes("node:"));
  const place = outside && /([^\s(]+:\d+:\d+)\)?$/.exec(outside)?.[1];
  return place ? ` (at ${place.replace(/^file:\/\//, "")})` : "";
}
