/**
 * Chunks of a pass, which threads take from shared memory. A thread reads the words of a chunk only after it has changed
 * the state from POSTED to TAKEN, and they are written again only after every chunk is DONE. So a thread that wakes up
 * late finds nothing to take, and no thread waits for one that has taken nothing.
 */

/** Maximum number of chunks of a pass. */
export const SLOTS = 64;

/** Number of passes posted so far, for which idle threads wait. */
export const POSTS = 0;
/** Number of chunks of the current pass. */
export const COUNT = 1;
const FIRST_SLOT = 16;
/** Words of a slot: a cache line. */
const SLOT_WORDS = 16;

/** Position of each word in a slot. */
export const WORD = { state: 0, module: 1, kernel: 2, frame: 3, uniforms: 4, key: 5, result: 6 } as const;
export const WORDS = FIRST_SLOT + SLOTS * SLOT_WORDS;

export const POSTED = 1;
const TAKEN = 2;
const DONE = 3;

/** Reads of a word before a thread sleeps, some ten microseconds: the next tensor of a step follows faster than that. */
export const SPINS = 3000;

/** Kernel of a pass: returns 0 if a gradient element is not finite. */
export type Kernel = (frame: number, uniforms: number, key: number) => number;

export const wordOf = (slot: number, word: keyof typeof WORD): number => FIRST_SLOT + slot * SLOT_WORDS + WORD[word];

/** Runs a chunk if no thread has taken it. */
export function runIfPosted(
  words: Int32Array,
  slot: number,
  kernelOf: (module: number, kernel: number) => Kernel,
): void {
  const state = wordOf(slot, "state");
  if (Atomics.compareExchange(words, state, POSTED, TAKEN) !== POSTED) return;
  const read = (word: keyof typeof WORD): number => words[wordOf(slot, word)] as number;
  const kernel = kernelOf(read("module"), read("kernel"));
  words[wordOf(slot, "result")] = kernel(read("frame"), read("uniforms"), read("key"));
  Atomics.store(words, state, DONE);
  Atomics.notify(words, state);
}

/** Waits until a chunk that some thread has taken is done. Returns the result of the kernel. */
export function resultOf(words: Int32Array, slot: number): number {
  const state = wordOf(slot, "state");
  for (let spin = 0; spin < SPINS && Atomics.load(words, state) !== DONE; spin++);
  while (Atomics.load(words, state) !== DONE) Atomics.wait(words, state, TAKEN);
  return words[wordOf(slot, "result")] as number;
}
