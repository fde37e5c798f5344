import { randomAt, randomKey } from "@downhill/optim/random";

/** Draws normal numbers, the same in each run of the tests. */
export function normals(name: string): () => number {
  const key = randomKey(16, 0, name);
  let index = 0;
  const uniform = (): number => randomAt(index++, key, 0);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
