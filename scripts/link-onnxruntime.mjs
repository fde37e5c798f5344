import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

const SOURCE = "node_modules/onnxruntime-node";
const TARGET = "packages/onnxruntime";

/** True for the second copy of the library on macOS, under its full version, which nothing loads. */
const isUnused = (path) => /libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(path);

/**
 * Links ONNX Runtime's files from onnxruntime-node into the package @downhill/onnxruntime, which has no install step.
 * @param {string} root the project's folder
 */
export function linkOnnxRuntime(root) {
  const [source, target] = [join(root, SOURCE), join(root, TARGET)];
  const stamp = join(target, "dist/.linked");
  const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const installed = `${version} ${statSync(join(source, "package.json")).ino}`;
  if (installed === readIfThere(stamp)) return;
  const expected = JSON.parse(readFileSync(join(target, "package.json"), "utf8")).version;
  if (version !== expected)
    throw new Error(`${SOURCE} is version ${version}. Expected ${expected}, the version of ${TARGET}.`);
  for (const folder of ["bin", "dist"]) {
    rmSync(join(target, folder), { recursive: true, force: true });
    for (const entry of readdirSync(join(source, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || isUnused(path)) continue;
      const linked = join(target, path.slice(source.length + sep.length));
      mkdirSync(dirname(linked), { recursive: true });
      linkOrCopy(path, linked);
    }
  }
  writeFileSync(stamp, installed);
}

function linkOrCopy(from, to) {
  try {
    linkSync(from, to);
  } catch {
    // Hard links fail across file systems, and on some file systems altogether.
    copyFileSync(from, to);
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
