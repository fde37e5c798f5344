import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { report } from "../src/report/report.ts";
import type { Run } from "../src/run-folder/read.ts";
import type { RunResult } from "../src/run-folder/result.ts";
import { fixturePictures, fixtureRun } from "./fixture-run.ts";

const executablePath = "/usr/bin/chromium";

// In CI an absent browser fails instead, where it is launched.
const skipped = !process.env.CI && !existsSync(executablePath);
const reason = skipped ? ` (SKIPPED: there is no ${executablePath}; on Debian, apt-get install chromium)` : "";
if (skipped) console.warn(`The report is not tested in a browser: there is no ${executablePath}.`);

const run: Run = { ...fixtureRun({ stepsPerEpoch: 60, overfit: 0.4 }), folder: "runs/first" };
const kinds = Array.from({ length: 25 }, (_, k) => `a kind of thing with a long name, ${k}`);
const many: Run = {
  ...fixtureRun({ classNames: kinds, perClass: 100, epochs: 65, stepsPerEpoch: 5 }),
  folder: "runs/many",
};
const longNames = (of: Run): Run => {
  const result = of.result as RunResult;
  const mistakes = result.mistakes.map((mistake, i) => ({
    ...mistake,
    name: `${"folder_without_a_break/".repeat(6)}${i}.jpg`,
  }));
  return { ...of, result: { ...result, mistakes } };
};
const stopped: Run = {
  ...run,
  status: "unfinished",
  result: null,
  steps: run.steps.slice(0, 150),
  epochs: run.epochs.slice(0, 2),
};

/** Names with markup characters, which the page and screen readers must render verbatim. */
const NAMES = ["People & Body", "a < b", "猫と犬"];
const named: Run = { ...fixtureRun({ classNames: NAMES, perClass: 100, stepsPerEpoch: 5 }), folder: "runs/named" };
const confusion = [
  [1, 60, 39],
  [50, 50, 0],
  [40, 0, 60],
];
const renamed: Run = { ...named, result: { ...(named.result as RunResult), confusion } };

const RUNS = { finished: run, "of many classes": longNames(many), stopped, named: renamed } as const;

describe.skipIf(skipped)(`the report in Chromium${reason}`, () => {
  let browser: Browser;
  let server: ReturnType<typeof createServer>;
  const pages = new Map<string, string>();

  beforeAll(async () => {
    for (const [name, of] of Object.entries(RUNS)) {
      pages.set(`/${encodeURIComponent(name)}`, report({ run: of, pictures: await fixturePictures(of) }));
    }
    server = createServer(({ url = "" }, response) => {
      response.setHeader("content-type", "text/html");
      response.writeHead(pages.has(url) ? 200 : 404).end(pages.get(url));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
    });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** Opens a page and records its console messages and requests. */
  async function open(
    name: string,
    width: number,
    colorScheme: "light" | "dark",
  ): Promise<{ page: Page; said: string[]; asked: string[]; context: BrowserContext }> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${encodeURIComponent(name)}`);
    return { page, said, asked, context };
  }

  const VIEWS: readonly (readonly [name: keyof typeof RUNS, width: number, scheme: "light" | "dark"])[] = [
    ["finished", 1280, "light"],
    ["finished", 1280, "dark"],
    ["finished", 360, "light"],
    ["finished", 360, "dark"],
    ["of many classes", 1280, "dark"],
    ["of many classes", 360, "light"],
    ["stopped", 360, "dark"],
  ];

  test.each(VIEWS)(
    "%s, at %i pixels, %s: accessible, as wide as the screen, no console messages, no requests",
    async (name, width, scheme) => {
      const { page, said, asked, context } = await open(name, width, scheme);
      try {
        await page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true");
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        // The page has no frames, which the faster mode leaves out.
        const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
        const { violations } = await axe.analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
        expect(said).toEqual([]);
        // Its pictures are in it.
        expect(asked.filter((url) => !url.startsWith("data:"))).toHaveLength(1);
      } finally {
        await context.close();
      }
    },
    60_000,
  );

  test("the loss has a logarithmic axis on demand, the command is copied, and tables are sorted", async () => {
    const { page, said, context } = await open("finished", 1280, "light");
    try {
      const shown = (part: string) => page.locator(`.switched .${part} .wide svg`).isVisible();
      expect([await shown("first"), await shown("second")]).toEqual([true, false]);
      await page.getByLabel("logarithmic").check();
      expect([await shown("first"), await shown("second")]).toEqual([false, true]);

      await page.getByRole("button", { name: "Copy" }).click();
      await page.getByRole("button", { name: "Copied" }).waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(run.facts.command);

      const names = () => page.locator("table[data-sortable] tbody th").allTextContents();
      expect((await names())[0]).toBe("Shirt");
      const heading = page.locator("table[data-sortable] th", { hasText: "Recall" });
      await heading.getByRole("button").click();
      expect([(await names())[0], await heading.getAttribute("aria-sort")]).toEqual(["Shirt", "ascending"]);
      await heading.getByRole("button").click();
      expect([(await names())[0], await heading.getAttribute("aria-sort")]).toEqual(["Trouser", "descending"]);
      expect(said).toEqual([]);
    } finally {
      await context.close();
    }
  }, 180_000);

  test("screen readers get the names of classes verbatim", async () => {
    const { page, context } = await open("named", 1280, "light");
    try {
      const session = await context.newCDPSession(page);
      const { nodes } = await session.send("Accessibility.getFullAXTree");
      const told = nodes
        .filter(({ role }) => role?.value === "image" || role?.value === "img" || role?.value === "rowheader")
        .map(({ name }) => String(name?.value));
      expect(told.join("\n")).toContain(
        "Most frequent confusions: People & Body as a < b, 60 (60.0\u00a0% of its images); a < b as People & Body, 50",
      );
      expect(told).toEqual(expect.arrayContaining(NAMES));
    } finally {
      await context.close();
    }
  }, 180_000);

  test("on paper it is light, and as wide as the paper", async () => {
    const { page, context } = await open("finished", 700, "light");
    try {
      await page.emulateMedia({ media: "print" });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(700);
      expect(await page.locator("nav").isVisible()).toBe(false);
      expect(await page.locator("figure .wide svg").first().isVisible()).toBe(true);
    } finally {
      await context.close();
    }
  }, 180_000);
});
