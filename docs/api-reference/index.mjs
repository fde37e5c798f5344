// Writes the API reference of the packages from their sources into docs/.vitepress/api
import { fileURLToPath } from "node:url";
import { Application, Converter } from "typedoc";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PACKAGES = ["optim", "graph", "images", "train", "experiments"];

const app = await Application.bootstrapWithPlugins({
  name: "Downhill API",
  entryPoints: PACKAGES.map((name) => here(`../../packages/${name}/src/index.ts`)),
  tsconfig: here("./tsconfig.json"),
  readme: here("./index.md"),
  out: here("../.vitepress/api"),
  customCss: here("./style.css"),
  customJs: here("./appearance.js"),
  favicon: here("../public/favicon.svg"),
  titleLink: "../index.html",
  navigationLinks: {
    Guide: "/guide/first-run.html",
    Optimizers: "/reference/optimizers/",
    Schedules: "/reference/schedules/",
  },
  disableSources: true,
  disableGit: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  excludeReferences: true,
  includeHierarchySummary: false,
  // The build has checked the types.
  skipErrorChecking: true,
  hideGenerator: true,
  githubPages: false,
  sort: ["kind", "alphabetical"],
  validation: { notExported: false, invalidLink: true },
  treatValidationWarningsAsErrors: true,
  logLevel: "Warn",
});

// Modules have the names of their packages, and not those of the files that TypeDoc reads.
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.children ?? []) module.name = `@downhill/${module.name.split("/")[0]}`;
});

const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
