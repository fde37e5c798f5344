import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transform } from "esbuild";
import { inject } from "vitest";
import type {} from "../../../packages/cli/test/support/bundle.ts";
import { onFewImages } from "../../../packages/cli/test/support/few-images.ts";
import { type Block, root } from "./blocks.ts";

/** The result of a block. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder in which the blocks of a page run one after another, as a reader would paste them. */
export class Reader {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "downhill-guide-"));
    symlinkSync(root("node_modules"), join(this.folder, "node_modules"));
    const bin = join(this.folder, "bin");
    mkdirSync(bin);
    // The build instead of the published package.
    writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec '${process.execPath}' '${inject("command")}' "$@"\n`);
    chmodSync(join(bin, "npx"), 0o755);
  }

  /** Runs a shell block line by line, or a program. A program whose first line names a file is saved there. */
  async run({ language, text }: Block): Promise<Ran> {
    if (language === "sh") return this.#spawn("sh", ["-e", "-c", onFewImages(text)]);
    const code = language === "ts" ? (await transform(text, { loader: "ts" })).code : text;
    const name = /^\/\/ (\w+\.m?js)$/m.exec(text)?.[1];
    writeFileSync(join(this.folder, name ?? "block.mjs"), code);
    return name ? { status: 0, stdout: "", stderr: "" } : this.#spawn(process.execPath, ["block.mjs"]);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn(program: string, args: readonly string[]): Ran {
    const { NO_COLOR, FORCE_COLOR, npm_command, ...env } = process.env;
    const path = `${join(this.folder, "bin")}:${env.PATH}`;
    const options = { cwd: this.folder, env: { ...env, LANG: "C.UTF-8", PATH: path }, timeout: 300_000 };
    const { status, stdout, stderr } = spawnSync(program, args, { ...options, encoding: "utf8" });
    return { status, stdout, stderr };
  }
}
