import { hashOf } from "../cache/image-cache.ts";
import type { PoolHandle } from "./pool.ts";
import type { PoolWriter } from "./pool-writer.ts";

/** Keeps a pool whose source is read anew each time; a file is named by its bytes. */
export const finishPool = (writer: PoolWriter, bytes: number): PoolHandle =>
  writer.finish(bytes, () => `${hashOf(bytes, (at, into) => writer.read(at, into))}.pool`);
