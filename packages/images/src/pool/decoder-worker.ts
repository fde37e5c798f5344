import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { decodeToShape } from "../decode/decode-image.ts";
import { reasonOf } from "../files/read-failure.ts";
import { sizeOf } from "../image-set/shape.ts";
import { type DecodeFailure, type DecodeRequest, type DecoderStart, SlotState } from "./decoder-messages.ts";

const { images, port, slots, states } = workerData as DecoderStart;
const { folder, paths, imageShape, samples } = images;
const size = sizeOf(imageShape);

async function decode({ place, slot }: DecodeRequest): Promise<void> {
  const path = join(folder, paths[place] as string);
  let state: number = SlotState.decoded;
  try {
    const pixels = await decodeToShape(await readFile(path), imageShape, samples);
    new Uint8Array(slots, slot * size, size).set(pixels);
  } catch (error) {
    const message = `${path}: it was readable, but cannot be read again: ${reasonOf(error)}. Open the data set again.`;
    port.postMessage({ slot, message } satisfies DecodeFailure);
    state = SlotState.failed;
  }
  Atomics.store(states, slot, state);
  Atomics.notify(states, slot);
}

port.on("message", (request: DecodeRequest) => void decode(request));
