import { readFileSync } from "node:fs";
import { transform } from "esbuild";
import { expect, test, vi } from "vitest";
import { startLab } from "../src/index.ts";

type Run = (start: typeof startLab, console: { readonly log: (url: string) => void }) => Promise<void>;

test("the example of the README starts a lab, and ends it", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\nimport \{ startLab \} from "@downhill\/lab";\n(.*?)```/s.exec(readme)?.[1] as string;
  const { code } = await transform(`export default async (startLab, console) => {\n${example}}`, { loader: "js" });
  const { default: run } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { default: Run };
  const log = vi.fn<(url: string) => void>();
  await run(startLab, { log });
  const url = log.mock.calls[0]?.[0] as string;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=/);
  await expect(fetch(url)).rejects.toThrow();
});
