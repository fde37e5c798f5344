import { COUNT, type Kernel, POSTS, runIfPosted, SPINS } from "./chunks.ts";
import type { CrewData, ModuleMessage, WorkerThreads } from "./crew.ts";
import { builtinModule } from "./node.ts";

const threads = builtinModule<WorkerThreads>("node:worker_threads") as WorkerThreads;
const { words, memory } = threads.workerData as CrewData;
const instances = new Map<number, WebAssembly.Instance>();

/** Returns a kernel. The crew sends a module before it posts the first chunk that needs it. */
function kernelOf(module: number, kernel: number): Kernel {
  let instance = instances.get(module);
  while (!instance) {
    const received = threads.receiveMessageOnPort(threads.parentPort);
    if (!received) continue;
    const sent = received.message as ModuleMessage;
    instances.set(
      sent.index,
      new WebAssembly.Instance(sent.module as WebAssembly.Module, { env: { memory: memory as WebAssembly.Memory } }),
    );
    instance = instances.get(module);
  }
  return instance.exports[`f${kernel}`] as Kernel;
}

for (;;) {
  const posts = Atomics.load(words, POSTS);
  // The calling thread starts with the first chunk.
  for (let slot = Atomics.load(words, COUNT) - 1; slot >= 0; slot--) runIfPosted(words, slot, kernelOf);
  for (let spin = 0; spin < SPINS && Atomics.load(words, POSTS) === posts; spin++);
  Atomics.wait(words, POSTS, posts);
}
