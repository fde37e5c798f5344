import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { createLoader } from "../batches/loader.ts";
import { openImageSet } from "../image-set/image-set.ts";
import { type Answer, type PlannedBatch, type Request, Signal, type WorkerStart } from "./messages.ts";

const { set, options, port, signal } = workerData as WorkerStart;
const recycled: ArrayBuffer[] = [];

// The loader is made with the first batch, so that an error in it is the answer to that.
let made: ReturnType<typeof createLoader> | undefined;

/** Sleeps until there is a message. */
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
    made ??= createLoader(openImageSet(set), options);
    const batch = made.batch(epoch, from, count, recycled.pop());
    const parts = [batch.images, batch.labels, ...(batch.mix ? [batch.mix.labels, batch.mix.share] : [])];
    port.postMessage(
      { batch } satisfies Answer,
      parts.map(({ buffer }) => buffer as ArrayBuffer),
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
