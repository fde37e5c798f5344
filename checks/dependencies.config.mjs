// Rules for dependency-cruiser. Imports of types count as well: a circle of types couples files just as much.

/** The packages, each above those that it may import. */
const PACKAGES = ["optim", "graph", "images", "train", "experiments", "lab", "cli"];

/** Operations that need each other's file, because their gradients are expressed in each other. */
const MUTUAL_GRADIENTS = `^packages/graph/src/ops/(${[
  "add|sub",
  "avg-pool2d|avg-pool2d-gradient",
  "cos|sin",
  "conv2d|conv2d-input-gradient|conv2d-weight-gradient",
  "expand|reshape|sum|sum-to",
  "inverse-deviation|standardize",
  "max-pool2d-gradient|max-pool2d-select",
  "pad|slice",
].join("|")})\\.ts$`;

export default {
  forbidden: [
    {
      name: "no-circle",
      comment: "Files that import each other: move what they share to a file of its own.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/" },
      to: { circular: true, via: { pathNot: MUTUAL_GRADIENTS } },
    },
    {
      name: "images-without-graph",
      comment: "The images package reads images for any engine.",
      severity: "error",
      from: { path: "^packages/images/src/" },
      to: { path: "^packages/graph/" },
    },
    ...PACKAGES.slice(0, -1).map((name, i) => ({
      name: `${name}-imports-downward`,
      comment: "Packages import only those below them.",
      severity: "error",
      from: { path: `^packages/${name}/src/` },
      to: { path: `^packages/(${PACKAGES.slice(i + 1).join("|")})/` },
    })),
  ],
  options: { tsPreCompilationDeps: true, doNotFollow: { path: ["node_modules", "/dist/"] } },
};
