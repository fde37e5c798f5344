import { input, ops } from "@downhill/graph";

/** Makes numbers from -0.5 to 0.5 without a pattern that blocks of channels could share. */
export const noise = (size, seed) =>
  Float32Array.from({ length: size }, (_, i) => 0.5 * Math.sin((i + 1) * 12.9898 + seed * 78.233));

/** Creates an input; `feeds` receives its values. */
export function fed(feeds, name, shape) {
  const size = shape.reduce((product, length) => product * length, 1);
  feeds[name] = noise(size, Object.keys(feeds).length);
  return input(name, shape);
}

/** Returns a loss that is nonlinear in a tensor, so that the gradients depend on all of its elements. */
export const lossOf = (y) => ops.sum(ops.square(y));

/** Returns named arrays as a list. */
export const listed = (arrays) => Object.entries(arrays).map(([name, values]) => ({ name, values }));
