// Builds all packages: npm run build
import { build } from "./ensure.mjs";

build();
