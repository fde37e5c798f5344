/** Versions of Node, by major version, from which add-ons can use shared memory. */
const ACCEPTED_FROM: Readonly<Record<number, number>> = { 22: 21, 24: 9 };
/** All later versions of Node accept it. */
const ACCEPTED_BY_ALL_FROM = 25;

/** True if ONNX Runtime reads and writes arrays in shared memory. Older versions of Node refuse them ("Invalid argument"). */
export function acceptsSharedMemory(version: string | undefined = globalThis.process?.versions?.node): boolean {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return major >= ACCEPTED_BY_ALL_FROM || minor >= (ACCEPTED_FROM[major] ?? Number.POSITIVE_INFINITY);
}
