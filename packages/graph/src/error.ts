/** An error in the use of this package. The message names the op, the shapes, and the line of the caller's code. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  /** The message without the line of code, for users of a program who did not write that line. */
  readonly reason: string;

  /** @param options `cause`, and `place`: position of the caller's code, as `file:line:column` */
  constructor(reason: string, { place, ...options }: ErrorOptions & { readonly place?: string | undefined } = {}) {
    super(place === undefined ? reason : `${reason} (at ${place})`, options);
    this.reason = reason;
  }
}

/** Thrown if a requested device is unavailable. */
export class UnavailableDeviceError extends GraphError {
  readonly device: string;
  /** Why the device is unavailable, as a part of a sentence. */
  readonly lack: string;

  constructor(device: string, lack: string) {
    super(`compile: the device '${device}' is unavailable: ${lack}. Omit the device to use the best available one.`);
    this.device = device;
    this.lack = lack;
  }
}

/** Throws a GraphError for a user error in the given op. */
export function fail(op: string, message: string): never {
  throw new GraphError(`${op}: ${message}`, { place: callerPlace() });
}

/** Returns the position of the calling code outside this package, as `file:line:column`. */
function callerPlace(): string | undefined {
  // Without the scheme, which only some runtimes write in stack lines.
  const home = new URL(".", import.meta.url).pathname;
  const { stackTraceLimit } = Error;
  // Models call layers, and layers call ops, so the caller may be many frames away.
  Error.stackTraceLimit = 50;
  const lines = new Error().stack?.split("\n").slice(1) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  const outside = lines.find((line) => /:\d+:\d+\)?$/.test(line) && !line.includes(home) && !line.includes("node:"));
  const place = outside && /([^\s(]+:\d+:\d+)\)?$/.exec(outside)?.[1];
  return place ? place.replace(/^file:\/\//, "") : undefined;
}
