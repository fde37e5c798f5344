import { hashOf } from "../cache/image-cache.ts";
import type { PoolHandle } from "./pool.ts";
import type { PoolWriter } from "./pool-writer.ts";

/** Finishes a pool whose source is read again each time. A file is named by the hash of its bytes. */
export const finishPool = (writer: PoolWriter, bytes: number): PoolHandle =>
  writer.finish(bytes, () => `${hashOf(bytes, (at, into) => writer.read(at, into))}.pool`);
