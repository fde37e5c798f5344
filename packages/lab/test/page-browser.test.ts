import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Lab, startLab } from "../src/lab.ts";
import { stepLine, temporaryFolder, writeLock, writeRun } from "./support.ts";

const executablePath = "/usr/bin/chromium";

// In CI an absent browser fails instead, where it is launched.
const skipped = !process.env.CI && !existsSync(executablePath);
const reason = skipped ? ` (SKIPPED: there is no ${executablePath}; on Debian, apt-get install chromium)` : "";
if (skipped) console.warn(`The lab is not tested in a browser: there is no ${executablePath}.`);

describe.skipIf(skipped)(`the lab in Chromium${reason}`, () => {
  const root = temporaryFolder();
  let browser: Browser;
  let lab: Lab;

  beforeAll(async () => {
    writeRun(join(root, "first"));
    writeRun(join(root, "second"), { overfit: 0.4, perClass: 100 });
    writeRun(join(root, "live"), { steps: 70 });
    writeLock(join(root, "live"));
    lab = await startLab({ folder: root, port: 0 });
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
    });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await lab?.close();
  });

  /** Opens a page and records its console messages and the requests that leave the lab. */
  async function open(
    query: string,
    { width = 1280, colorScheme = "light" }: { width?: number; colorScheme?: "light" | "dark" } = {},
  ): Promise<{ page: Page; messages: string[]; foreign: string[]; context: BrowserContext }> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, acceptDownloads: true });
    const page = await context.newPage();
    const messages: string[] = [];
    const foreign: string[] = [];
    const origin = `http://127.0.0.1:${lab.port}/`;
    page.on("console", (message) => messages.push(message.text()));
    page.on("pageerror", (error) => messages.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith("blob:")) foreign.push(request.url());
    });
    await page.goto(`${origin}${query}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (query !== "") await page.locator("canvas").first().waitFor();
    return { page, messages, foreign, context };
  }

  /** Asserts a value as soon as it is there. */
  const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get, { timeout: 20_000 });
  const loss = (page: Page) => page.getByRole("img", { name: /^Loss by/ });
  const COMPARED = "?run=first&run=second&base=first";

  test.each([
    ["list", "", 1280, "light"],
    ["list", "", 360, "dark"],
    ["run", "?run=first", 1280, "dark"],
    ["run", "?run=first&cell=6,0", 360, "light"],
    ["comparison", COMPARED, 360, "dark"],
  ] as const)(
    "%s %s at %i pixels, %s: accessible, as wide as the screen, silent, and without other servers",
    async (_, query, width, colorScheme) => {
      const { page, messages, foreign, context } = await open(query, { width, colorScheme });
      try {
        if (query !== "") await page.getByRole("button", { name: "Table of Loss" }).click();
        await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
        const { violations } = await axe.analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
        expect([messages, foreign]).toEqual([[], []]);
      } finally {
        await context.close();
      }
    },
  );

  test("everything works by keyboard, and the address keeps the view", async () => {
    const { page, messages, context } = await open("");
    try {
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.keyboard.press("/");
      await page.keyboard.type("first");
      await eventually(() => page.locator("tbody tr").count()).toBe(1);
      await page.keyboard.press("Escape");
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "first", level: 1 }).waitFor();
      for (const key of ["x", "l", "]", "]"]) await page.keyboard.press(key);
      await loss(page).focus();
      for (const key of ["Home", "ArrowRight", "+"]) await page.keyboard.press(key);
      await eventually(() => loss(page).getAttribute("aria-label")).toMatch(/^Loss by epoch\. first: .*Values at/);
      await eventually(() => page.url()).toMatch(/\?run=first&x=epoch&logy=loss&smooth=\d+&range=/);
      await page.reload();
      await page.getByRole("button", { name: "Show all and follow" }).waitFor();
      expect(await page.getByRole("button", { name: "log y of Loss" }).getAttribute("aria-pressed")).toBe("true");
      await page.keyboard.press("0");
      await eventually(() => page.url()).not.toContain("range");
      await page.getByRole("button", { name: "Shirt predicted as T-shirt/top" }).first().press("Enter");
      await page.getByRole("heading", { name: "Shirt predicted as T-shirt/top" }).waitFor();
      await page.keyboard.press("r");
      await page.getByRole("heading", { name: "Runs", level: 1 }).waitFor();
      expect(messages).toEqual([]);
    } finally {
      await context.close();
    }
  });

  test("a chart is saved as CSV, SVG, PNG and JSON", async () => {
    const { page, context } = await open(COMPARED);
    try {
      const saved: Buffer[] = [];
      for (const format of ["CSV", "SVG", "PNG", "JSON"]) {
        await page.getByText("Export Loss").click();
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: format, exact: true }).click(),
        ]);
        expect(download.suggestedFilename()).toBe(`Loss.${format.toLowerCase()}`);
        saved.push(readFileSync(await download.path()));
      }
      const [csv = "", svg = "", png = "", json = ""] = saved.map((file) => file.toString("latin1"));
      expect(csv.split("\n")[0]).toBe("run,step,mean,minimum,maximum,smoothed,test");
      expect(csv.match(/^first,/gm)).toHaveLength(123);
      expect(svg).toMatch(/^<svg .*first.*<path.*second.*<\/svg>\n$/s);
      expect(png.slice(1, 4)).toBe("PNG");
      expect((JSON.parse(json) as { curves: object[] }).curves).toHaveLength(2);
    } finally {
      await context.close();
    }
  });

  test("curves grow while the run trains, and have no gap after the server started again", async () => {
    const { page, context } = await open("?run=live&smooth=0");
    try {
      const add = (step: number, value: number): void =>
        appendFileSync(join(root, "live", "metrics.ndjson"), stepLine(step, value));
      add(70, 0.125);
      await eventually(() => loss(page).getAttribute("aria-label")).toContain("live: 0.1250,");
      await page.getByText("step 71/120").waitFor();
      const { port } = lab;
      await lab.close();
      await page.getByText("Not connected. Trying again.").waitFor();
      add(71, 0.25);
      lab = await startLab({ folder: root, port });
      await eventually(() => loss(page).getAttribute("aria-label")).toContain("live: 0.2500,");
      add(72, 0.5);
      await eventually(() => loss(page).getAttribute("aria-label")).toContain("live: 0.5000,");
      await page.getByRole("button", { name: "Table of Loss" }).click();
      await page.getByText(/ of 7\d points/).waitFor();
    } finally {
      await context.close();
    }
  });
});
