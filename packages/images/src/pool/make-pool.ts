import type { PoolHandle } from "./open-pool.ts";

/** Takes the bytes of a pool, in any order. */
export interface PoolWriter {
  write(at: number, bytes: Uint8Array): void;
  finish(): PoolHandle;
}

/** Makes room for so many bytes. */
export type PoolMaker = (bytes: number) => PoolWriter;

/** In memory that all threads share. */
export function makeMemoryPool(bytes: number): PoolWriter {
  const memory = new SharedArrayBuffer(bytes);
  const view = new Uint8Array(memory);
  return {
    write: (at, piece) => view.set(piece, at),
    finish: () => ({ kind: "memory", bytes: memory }),
  };
}
