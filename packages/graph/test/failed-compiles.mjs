// Triggers each kind of compilation failure on the available devices. Prints the names of the errors, and then the growth of
// the memory in bytes during 2000 further failures.
import { compile, input, lower, openOnnx, ops } from "@downhill/graph";

const x = input("x", [2]);
const broken = lower({ y: ops.relu(x) }).bytes.slice();
broken.set(Buffer.from("Nope"), Buffer.from(broken).indexOf("Relu"));
const failing = [
  () => compile({ y: ops.relu(x) }, { device: "cuda" }),
  () => compile({ x: ops.relu(x) }),
  () => compile({ y: ops.add(x, input("x", [1])) }, { device: "wasm", threads: 2 }),
  () => openOnnx(broken, { threads: 2 }),
  () => openOnnx(broken, { device: "wasm", threads: 2 }),
  () => openOnnx(broken, { device: "webgpu" }),
];
for (const compileBroken of failing) {
  const error = await compileBroken().then(
    () => null,
    (reason) => reason,
  );
  console.log(error?.name);
}

const fail = async (times) => {
  for (let i = 0; i < times; i++) await openOnnx(broken).catch(() => {});
  return process.memoryUsage().rss;
};
const before = await fail(200);
console.log((await fail(2000)) - before);
