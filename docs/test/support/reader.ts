import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transform } from "esbuild";
import { onFewImages } from "../../../packages/cli/test/support/few-images.ts";
import { inProcess } from "../../../packages/cli/test/support/in-process.ts";
import { argumentsOf } from "../../../packages/cli/test/support/shell-words.ts";
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
  }

  /** Runs a shell block line by line, with the build instead of the published package, or a program. A program whose first line names a file is saved there. */
  async run({ language, text }: Block): Promise<Ran> {
    if (language === "sh") {
      const isDownhill = text.split("\n").every((line) => line === "" || line.startsWith("npx downhill "));
      return isDownhill ? this.#downhill(onFewImages(text)) : this.#spawn("sh", ["-e", "-c", text]);
    }
    const code = language === "ts" ? (await transform(text, { loader: "ts" })).code : text;
    const name = /^\/\/ (\w+\.m?js)$/m.exec(text)?.[1];
    writeFileSync(join(this.folder, name ?? "block.mjs"), code);
    return name ? { status: 0, stdout: "", stderr: "" } : this.#spawn(process.execPath, ["block.mjs"]);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs commands one after another until one fails. */
  async #downhill(lines: string): Promise<Ran> {
    const all = { status: 0 as number | null, stdout: "", stderr: "" };
    for (const args of argumentsOf(lines)) {
      const { status, stdout, stderr } = await inProcess(this.folder, args);
      all.stdout += stdout;
      all.stderr += stderr;
      all.status = status;
      if (status !== 0) break;
    }
    return all;
  }

  #spawn(program: string, args: readonly string[]): Ran {
    const { NO_COLOR, FORCE_COLOR, npm_command, ...env } = process.env;
    const options = { cwd: this.folder, env: { ...env, LANG: "C.UTF-8" }, timeout: 300_000 };
    const { status, stdout, stderr } = spawnSync(program, args, { ...options, encoding: "utf8" });
    return { status, stdout, stderr };
  }
}
