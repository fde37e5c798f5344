// Writes the JSON schema of configuration files, which editors and the command line read: npm run schema
import { writeFileSync } from "node:fs";
import { ensure, root } from "./ensure.mjs";

ensure();
const { configJsonSchema } = await import(`${root}/packages/train/dist/index.js`);
const path = "packages/cli/downhill.schema.json";
writeFileSync(`${root}/${path}`, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
console.log(path);
