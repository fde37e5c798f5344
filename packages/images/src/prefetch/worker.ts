import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { createLoader, type Loader } from "../batches/loader.ts";
import { openImageSet } from "../image-set/image-set.ts";
import type { PixelArray } from "../image-set/image-source.ts";
import { type Answer, type Request, Signal, type WorkerStart } from "./messages.ts";
import type { PlannedBatch } from "./plan.ts";

const { set, options, port, signal } = workerData as WorkerStart;
const recycled: ArrayBuffer[] = [];

// The loader is created with the first batch, so that its errors are the answer to that batch.
let loader: Loader<PixelArray> | undefined;

/** Waits for the next message; null to stop. */
function nextRequest(): Request | null {
  for (;;) {
    const seen = Atomics.load(signal, Signal.messages);
    if (Atomics.load(signal, Signal.stop) !== 0) return null;
    const received = receiveMessageOnPort(port);
    if (received) return received.message as Request;
    Atomics.wait(signal, Signal.messages, seen);
  }
}

function answer({ epoch, from, count }: PlannedBatch): void {
  try {
    loader ??= createLoader(openImageSet<PixelArray, readonly number[]>(set), options);
    const batch = loader.batch(epoch, from, count, recycled.pop());
    const { images, labels, targets, mix } = batch;
    // Class labels are also one of the targets.
    const parts = new Set([images, labels, ...Object.values(targets), ...(mix ? [mix.labels, mix.share] : [])]);
    port.postMessage(
      { batch } satisfies Answer,
      [...parts].map(({ buffer }) => buffer as ArrayBuffer),
    );
  } catch (error) {
    const { name, message } = error as Error;
    port.postMessage({ error: { name, message } } satisfies Answer);
  }
}

for (let request = nextRequest(); request; request = nextRequest()) {
  if ("batch" in request) answer(request.batch);
  else recycled.push(request.recycle);
}
port.close();
