// A step of Adam in jax-js, on its WebAssembly backend: jax.mjs MODEL.
import { answer, decline } from "../answer.mjs";

try {
  const jax = await import("@jax-js/jax");
  console.error(Object.keys(jax));
  decline("todo");
  void answer;
} catch (error) {
  decline(error);
}
