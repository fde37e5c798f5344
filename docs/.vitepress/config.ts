import { existsSync, readFileSync } from "node:fs";
import { type DefaultTheme, defineConfig } from "vitepress";
import { guide } from "./guide.ts";

/** The sidebar of a section that `npm run docs` generates; empty before that. */
function generated(file: string): DefaultTheme.SidebarItem[] {
  const path = new URL(`../${file}`, import.meta.url);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
}

/** Formulas hold no words that anyone searches for. */
const withoutFormulas = (html: string): string => html.replaceAll(/<div v-pre class="formula">.*?<\/div>/gs, "");

export default defineConfig({
  title: "Downhill",
  description: "Train image models in TypeScript, and measure which optimizer, learning rate and schedule.",
  lang: "en-US",
  cleanUrls: false,
  srcExclude: ["test/**", "api-reference/**"],
  // TypeDoc writes these pages. check/ covers links to them.
  ignoreDeadLinks: [/^\/api\//],
  markdown: { theme: { light: "github-light-high-contrast", dark: "github-dark" } },
  // Every file is on the site's own host: pages make no request to another one.
  head: [["link", { rel: "icon", href: "/favicon.svg", type: "image/svg+xml" }]],
  themeConfig: {
    logo: "/favicon.svg",
    outline: { level: [2, 3] },
    nav: [
      { text: "Guide", link: "/guide/first-run", activeMatch: "/guide/" },
      { text: "Optimizers", link: "/reference/optimizers/", activeMatch: "/reference/optimizers/" },
      { text: "Schedules", link: "/reference/schedules/", activeMatch: "/reference/schedules/" },
      { text: "Commands", link: "/reference/commands/", activeMatch: "/reference/commands/" },
      { text: "API", link: "/api/index.html", target: "_self" },
    ],
    sidebar: {
      "/guide/": guide,
      "/tutorials": guide,
      "/reference/optimizers/": generated("reference/optimizers/sidebar.json"),
      "/reference/schedules/": generated("reference/schedules/sidebar.json"),
      "/reference/commands/": generated("reference/commands/sidebar.json"),
    },
    search: {
      provider: "local",
      options: {
        _render: (source, environment, markdown) => withoutFormulas(markdown.render(source, environment)),
      },
    },
    footer: { message: "MIT license. Downhill sends nothing anywhere." },
  },
});
