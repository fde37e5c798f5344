// Compiles the kernels of the JPEG decoder to WebAssembly: npm run kernels. With --check, it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { install, root } from "./ensure.mjs";

install("checks");
const { main } = await import(`${root}/checks/node_modules/assemblyscript/dist/asc.js`);
const SOURCE = "packages/images/kernels/index.ts";
const TARGET = "packages/images/src/decode/jpeg/kernel-code.ts";

let code = new Uint8Array(0);
const options = "--outFile kernels.wasm --runtime stub -O3 --noAssert --enable simd";
const { error, stderr } = await main([SOURCE, "--baseDir", root, ...options.split(" ")], {
  writeFile(_, contents) {
    code = contents;
  },
});
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
const text = `// cspell:disable
/** The code of packages/images/kernels, which \`npm run kernels\` compiles: WebAssembly as base64. */
export const KERNEL_CODE =
  "${Buffer.from(code).toString("base64")}";
`;
if (!process.argv.includes("--check")) writeFileSync(`${root}/${TARGET}`, text);
else if (readFileSync(`${root}/${TARGET}`, "utf8") !== text) {
  console.error(`${TARGET}: it is not the code of ${SOURCE}. Run npm run kernels.`);
  process.exit(1);
}
