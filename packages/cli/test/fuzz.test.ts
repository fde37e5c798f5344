import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 300_000 });

const path = (name: string): string => fileURLToPath(new URL(`../../../scripts/fuzz/${name}`, import.meta.url));
const targets = readdirSync(path("targets")).map((file) => file.replace(".mjs", ""));
/** Inputs of each target: the long form is npm run fuzz. */
const INPUTS = 40;

/** Runs the fuzz script on one target: it starts processes of the built packages. */
function fuzz(
  target: string,
  more: readonly string[] = [],
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const args = [
    path("main.mjs"),
    "--target",
    target,
    "--count",
    String(INPUTS),
    "--seed",
    "20261129",
    "--json",
    ...more,
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (data) => {
      said[stream] += data;
    });
  }
  return new Promise((resolve) => void child.on("close", (status) => resolve({ status, ...said })));
}

test.each(targets)(
  "damaged %s give errors for users, or what was written: no crash, no hang, no wrong acceptance",
  async (target) => {
    const { status, stdout, stderr } = await fuzz(target);
    expect(stderr).toBe("");
    const [{ accepted, refused, findings }] = JSON.parse(stdout);
    expect(findings).toEqual([]);
    expect(accepted + refused).toBe(INPUTS);
    // Neither all nor none: the inputs come near to whole ones.
    expect(refused).toBeGreaterThan(0);
    expect(accepted).toBeGreaterThan(0);
    expect(status).toBe(0);
  },
);

test("crashes, wrong acceptances, processes that end and hangs are findings", async () => {
  const folder = fileURLToPath(new URL("fixtures/fuzz", import.meta.url));
  const broken = await fuzz("broken", ["--targets", folder, "--count", "7"]);
  expect(broken.status).toBe(1);
  expect(JSON.parse(broken.stdout)).toEqual([
    {
      name: "broken",
      // After the process that ended, a new one takes the rest.
      accepted: 2,
      refused: 2,
      findings: [
        { index: 2, problem: expect.stringMatching(/^TypeError: .*\n {4}at /s) },
        { index: 3, problem: expect.stringMatching(/^accepted wrongly: /) },
        { index: 4, problem: expect.stringMatching(/^the process ended with 3/) },
      ],
    },
  ]);
  const hanging = await fuzz("hanging", ["--targets", folder, "--count", "1", "--limit", "2"]);
  expect(JSON.parse(hanging.stdout)[0].findings).toEqual([{ index: 0, problem: "no end within 2 s" }]);
});
