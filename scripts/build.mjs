// Builds all packages: npm run build
import { root, run } from "./ensure.mjs";
import { linkOnnxRuntime } from "./link-onnxruntime.mjs";

linkOnnxRuntime(root);
run(process.execPath, ["node_modules/typescript/bin/tsc", "-b"]);
