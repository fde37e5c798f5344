import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { adam, lamb, optimizers, prodigy, toWgsl, wgslProgram } from "../src/index.ts";

test("a shader is readable", () => {
  expect(toWgsl(adam.rule)).toBe(`// adam: one step

struct Uniforms {
  size: u32, // elements of the tensor
  c0: f32, // lr * (1 / (1 - beta1^t))
  beta1: f32,
  c2: f32, // 1 - beta1
  c3: f32, // 1 / (1 - beta2^t)
  beta2: f32,
  c5: f32, // 1 - beta2
  eps: f32,
}

@group(0) @binding(0) var<uniform> u: Uniforms;
@group(0) @binding(1) var<storage, read_write> w: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
@group(0) @binding(4) var<storage, read_write> v: array<f32>;

// One phase, for each element: w, m, v
@compute @workgroup_size(256)
fn update(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 256u + id.x;
  if (i >= u.size) {
    return;
  }
  let wOld = w[i];
  let mOld = m[i];
  let gradient = g[i];
  let mNew = u.beta1 * mOld + u.c2 * gradient;
  let vOld = v[i];
  let vNew = u.beta2 * vOld + u.c5 * (gradient * gradient);
  w[i] = wOld - u.c0 * (mNew / (sqrt(u.c3 * vNew) + u.eps));
  m[i] = mNew;
  v[i] = vNew;
}
`);
});

test("tensors of one kind share the code, and have buffers of their own lengths", () => {
  const small = wgslProgram(lamb.rule, { shape: [12, 20] });
  const large = wgslProgram(lamb.rule, { shape: [4096, 1024] });
  expect(small.code).toBe(large.code);
  expect(small.bindings.find(({ name }) => name === "m")?.length).toBe(240);
  expect(large.bindings.find(({ name }) => name === "m")?.length).toBe(4096 * 1024);
  expect([small.totalParts, large.totalParts]).toEqual([1, 1024]);
});

test("sums are combined in a fixed order", () => {
  for (const { rule } of Object.values(optimizers)) {
    if (rule.vocabulary.passes?.decomposition) continue;
    expect(toWgsl(rule, { shape: [12, 20] })).not.toContain("atomic");
  }
});

test("lines that hyperparameters switch off are omitted", () => {
  const parts = /weightDecay|vMax\[/g;
  expect(toWgsl(adam.rule).match(parts)).toBeNull();
  const code = toWgsl(adam.rule, { hyperparameters: { weightDecay: 0.1, amsgrad: true } });
  expect(new Set(code.match(parts))).toEqual(new Set(["weightDecay", "vMax["]));
});

test("the uniform block holds the numbers of a step", () => {
  const { uniforms, uniformBytes, host } = wgslProgram(adam.rule, {
    hyperparameters: { lr: 0.5 },
    shape: [3, 5],
  });
  const view = new DataView(host({ t: 2, hyperparameters: { beta1: 0.5 } }).uniforms);
  expect([view.byteLength, uniformBytes]).toEqual([32, 32]);
  const values = uniforms.map(({ name, type, offset }) => [
    name,
    type === "u32" ? view.getUint32(offset, true) : view.getFloat32(offset, true),
  ]);
  expect(Object.fromEntries(values)).toMatchObject({
    size: 15,
    c0: Math.fround(0.5 / 0.75),
    beta1: 0.5,
    c2: 0.5,
  });
});

test.each([
  [
    "matrix decompositions",
    () => toWgsl(optimizers.soap.rule, { shape: [12, 20] }),
    "soap: ordering() runs on the host and has no shader: bind the optimizer instead",
  ],
  [
    "an unknown hyperparameter",
    () => toWgsl(adam.rule, { hyperparameters: { beta3: 0.9 } }),
    "adam: unknown hyperparameter 'beta3': did you mean 'beta1'?",
  ],
  [
    "an unknown condition",
    () => toWgsl(prodigy.rule, { conditions: { "t == 1": true } }),
    "prodigy: unknown condition 't == 1': known are: eq(t, 1)",
  ],
  [
    "workgroups of a size that has no half",
    () => toWgsl(adam.rule, { workgroupSize: 100 }),
    "workgroupSize = 100: expected a power of two from 32 on",
  ],
  [
    "a number that the code was made without",
    () => wgslProgram(adam.rule).host({ t: 1, hyperparameters: { weightDecay: 0.1 } }),
    "adam: the program was made for weightDecay = 0, not 0.1: make another",
  ],
  [
    "evaluation weights that there are not",
    () => toWgsl(adam.rule, { evaluation: true }),
    "adam evaluates with the weights as they are",
  ],
])("refuses %s", (_, make, message) => {
  expect(make).toThrow(message);
});

test("a bundle that does not use WGSL does not contain it", async () => {
  const contentsOf = async (contents: string): Promise<string> => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL("../src", import.meta.url)) },
      bundle: true,
      format: "esm",
      write: false,
    });
    return outputFiles[0]?.text ?? "";
  };
  expect(await contentsOf(`export { adam } from "./index.ts"`)).not.toMatch(/@compute|workgroup/);
  expect(await contentsOf(`export { adam, toWgsl } from "./index.ts"`)).toContain("@compute");
});
