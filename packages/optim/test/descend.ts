import { adam, Parameters } from "@downhill/optim";

/**
 * The weights after ten steps of Adam down a quadratic, ½ Σ c (w − 1)², with a different curvature c for
 * each. Only exactly rounded arithmetic here, so that a difference between two places is the optimizer's.
 */
export function descend(): Record<string, number[]> {
  const parameters = new Parameters({ weight: [10, 784], bias: [10] });
  const updater = adam({ lr: 0.01 }).bind(parameters);
  const names = ["weight", "bias"] as const;

  for (const name of names) {
    const value = parameters.value(name);
    value.set(Array.from(value, (_, i) => (i % 17) / 8 - 1));
  }
  for (let step = 0; step < 10; step++) {
    for (const name of names) {
      const gradient = Array.from(parameters.value(name), (w, i) => ((i % 13) + 1) * (w - 1));
      parameters.gradient(name).set(gradient);
    }
    updater.step();
  }
  return Object.fromEntries(names.map((name) => [name, Array.from(parameters.value(name))]));
}
