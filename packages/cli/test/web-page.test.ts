import { existsSync, readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { expect, test, vi } from "vitest";
import { makePhotos } from "./support/data.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000 });
const executablePath = "/usr/bin/chromium";
// In CI an absent browser fails instead, where it is launched.
const skipped = !process.env.CI && !existsSync(executablePath);
const reason = skipped ? ` (SKIPPED: there is no ${executablePath}; on Debian, apt-get install chromium)` : "";

test.skipIf(skipped)(
  `the exported page classifies files as predict does, and camera images, without a request to others${reason}`,
  async () => {
    const folder = temporaryFolder();
    const at = (name: string): string => join(folder, name);
    const ended = async (...args: string[]): Promise<string> => {
      const { status, stdout, stderr } = await inProcess(folder, args);
      expect(status, stderr).toBe(0);
      return stdout;
    };
    await makePhotos(at("photos"), { cat: 10, dog: 10, eel: 10 });
    const quick = ["--model", "lenet", "--epochs", "2", "--lr", "0.05", "--threads", "1"];
    await ended("train", "photos", ...quick, "--image-size", "20", "--out", "run");
    expect(await ended("export", "run", "--format", "web", "--out", "web")).toContain(
      "Open it with: node web/serve.mjs\n",
    );
    const { classes } = JSON.parse(await ended("predict", "run", "photos/eel/3.png", "--json"));

    const { serve } = await import(pathToFileURL(at("web/serve.mjs")).href);
    const server: Server = await serve(0);
    const address = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"];
    const fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
    const browser = await chromium.launch({ executablePath, args: [...args, ...fake] });
    try {
      const context = await browser.newContext({ viewport: { width: 360, height: 800 }, colorScheme: "dark" });
      const page = await context.newPage();
      const problems: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => problems.push(message.text()));
      page.on("pageerror", (error) => problems.push(error.message));
      context.on("request", (request) => requests.push(request.url()));
      await page.goto(address);
      await page.getByText("Ready.").waitFor();
      await page.locator("#files").setInputFiles([at("photos/eel/3.png"), at("web/model.json")]);
      await page.getByText("model.json: this browser cannot read it as an image.").waitFor();
      const [best] = classes;
      expect(await page.locator("#best").textContent()).toBe(best.name);
      const shown = Number.parseFloat((await page.locator("#ranking span").nth(1).textContent()) ?? "");
      expect(Math.abs(shown - 100 * best.probability)).toBeLessThan(1);
      expect(await page.locator("#history tr").count()).toBe(2);

      await page.getByRole("button", { name: "Start camera" }).click();
      await page.getByText("The camera is on.").waitFor();
      await expect.poll(() => page.locator("#camera").isVisible()).toBe(true);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}-360-dark.png`, fullPage: true });
      await page.getByRole("button", { name: "Stop camera" }).click();
      await page.getByText("The camera is off.").waitFor();

      for (const [width, colorScheme] of [
        [360, "dark"],
        [1024, "light"],
      ] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        const { violations } = await new AxeBuilder({ page })
          .setLegacyMode()
          .options({ resultTypes: ["violations"] })
          .analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
        if (process.env.PICTURES)
          await page.screenshot({ path: `${process.env.PICTURES}-${width}-${colorScheme}.png`, fullPage: true });
      }
      expect(problems).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(address) && !url.startsWith("blob:"))).toEqual([]);
      // The policy of the page itself forbids others.
      const blocked = await page.evaluate("fetch('https://example.com/').then(() => 'sent', () => 'blocked')");
      expect(blocked).toBe("blocked");
      expect(readFileSync(at("web/index.html"), "utf8")).toContain("connect-src 'self'");
    } finally {
      await browser.close();
      server.close();
    }
  },
);
