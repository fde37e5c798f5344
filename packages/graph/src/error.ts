/** A mistake in how a graph was made; names the op, the shapes, and the line of the caller's code. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  /** The message without the line of code: for users of a program, who did not write that line. */
  readonly reason: string;

  /** @param options the cause, and where the caller's code stands, as `file:line:column` */
  constructor(reason: string, { place, ...options }: ErrorOptions & { readonly place?: string | undefined } = {}) {
    super(place === undefined ? reason : `${reason} (at ${place})`, options);
    this.reason = reason;
  }
}

/** Throws for the user's mistake in the given op. */
export function fail(op: string, message: string): never {
  throw new GraphError(`${op}: ${message}`, { place: callerPlace() });
}

/** Where the code outside of this package stands, as `file:line:column`. */
function callerPlace(): string | undefined {
  // Without the scheme, which some runtimes write in the lines and some do not.
  const home = new URL(".", import.meta.url).pathname;
  const { stackTraceLimit } = Error;
  // The caller may be far out, as models are made of layers, and these of ops.
  Error.stackTraceLimit = 50;
  const lines = new Error().stack?.split("\n").slice(1) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  const outside = lines.find((line) => /:\d+:\d+\)?$/.test(line) && !line.includes(home) && !line.includes("node:"));
  const place = outside && /([^\s(]+:\d+:\d+)\)?$/.exec(outside)?.[1];
  return place ? place.replace(/^file:\/\//, "") : undefined;
}
