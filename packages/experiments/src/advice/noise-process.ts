import { answerParent } from "../trials/answer-parent.ts";
import { measureNoise } from "./noise.ts";

// The process that measures a noise scale: node noise-process.js RUN.
const [run = ""] = process.argv.slice(2);
await answerParent(async () => {
  const result = await measureNoise(run);
  return { ...result, elapsed: performance.now() / 1000 };
});
