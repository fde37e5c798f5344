export { lock, lockOwner } from "../run-folder/lock/lock.ts";
export type { Owner } from "../run-folder/lock/owner.ts";
export { describeFailure, type Failure, failureToError } from "../threads/failure.ts";
export { writeAtomically } from "./atomic.ts";
export { onDisk } from "./on-disk.ts";
export { readSealedJson, sealJson } from "./sealed-json.ts";
