export { lock } from "../run-folder/lock/lock.ts";
export { describeFailure, type Failure, failureToError } from "../threads/failure.ts";
export { writeAtomically } from "./atomic.ts";
export { onDisk } from "./on-disk.ts";
export { readSealedJson, sealJson } from "./sealed-json.ts";
