import { wilsonInterval } from "../evaluation/interval.ts";
import { count, percent } from "../plots/numbers.ts";
import type { RunResult } from "../run-folder/result.ts";
import type { RunFacts } from "../run-folder/run-file.ts";
import { visible } from "../text/visible.ts";
import { browserExample, nodeExample, pythonExample } from "./examples.ts";
import { modelInputOf } from "./model-input.ts";

/** Maximum number of listed classes; `labels.json` has all. */
const LISTED = 50;

/** Returns the text of a run folder's `README.md`: the inputs and outputs of the model, and code that uses it. */
export function modelReadme(facts: RunFacts, result: Pick<RunResult, "accuracy" | "images" | "part">): string {
  const input = modelInputOf(facts);
  const { channels, height, width } = input;
  const { classNames } = facts.data;
  const classes = classNames.length;
  return `# ${plain(facts.model.name)}, trained on ${plain(facts.data.name)}

${accuracySentence(result)}Trained by Downhill ${facts.versions.downhill} with this command:

${fenced("sh", facts.command)}

| File | Contents |
| --- | --- |
| \`model.onnx\` | the model, with the normalization of its input |
| \`labels.json\` | the names of the classes, in the order of the outputs |
| \`model.safetensors\` | the weights under PyTorch's names |
| \`report.html\` | accuracy, errors, curves and settings |

## Input and output

| | Name | Type | Shape | Values |
| --- | --- | --- | --- | --- |
| input | \`images\` | uint8 | [batch, ${channels}, ${height}, ${width}] | ${channels === 1 ? "brightness" : "red, green and blue planes"}, 0 to 255 |
| output | \`probabilities\` | float32 | [batch, ${classes}] | probability of each class, 0 to 1 |
| output | \`logits\` | float32 | [batch, ${classes}] | the same before the softmax |

The batch may have any size. An image is turned upright by its EXIF orientation, put on white where it is transparent, resized with its proportions to cover ${width} x ${height} pixels (bicubic), and cropped at its center.${channels === 1 ? " Colors become brightness: 0.299 red + 0.587 green + 0.114 blue." : ""}${samplesNote(facts)} The model normalizes the pixels.

The classes, in the order of the outputs${classes > LISTED ? ` (the first ${LISTED} of ${count(classes)})` : ""}:

${fenced("json", visible(JSON.stringify(classNames.slice(0, LISTED))))}

## Command line

${fenced("sh", "npx downhill predict . photo.jpg")}

## Node.js

Save this as \`classify.mjs\` in this folder, run \`npm install onnxruntime-node sharp\`, then \`node classify.mjs photo.jpg\`.

${fenced("js", nodeExample(input))}

## Web page

\`npx downhill export . --format web --out web\` writes a finished page. In a page of your own, with onnxruntime-web, \`model.onnx\` and \`labels.json\`:

${fenced("js", browserExample(input))}

A browser resizes slightly differently, so probabilities may differ in the second digit.

## Python

Save this as \`classify.py\` in this folder, run \`pip install onnxruntime pillow\`, then \`python classify.py photo.jpg\`.

${fenced("python", pythonExample(input))}`;
}

function accuracySentence({ accuracy, images, part }: Pick<RunResult, "accuracy" | "images" | "part">): string {
  if (accuracy === null || images === null || part === null) return "";
  const [low, high] = wilsonInterval(accuracy, images);
  return `Accuracy on ${count(images)} ${part} images: ${percent(accuracy, 2)} (95 % interval ${percent(low, 2)} to ${percent(high, 2)}). `;
}

/** Describes the selection of bands and values, which the code of the examples lacks. */
function samplesNote({ given: { bands, valueRange } }: RunFacts): string {
  const steps = [
    ...(bands ? [`the bands ${bands.join(", ")} (from 1) are selected`] : []),
    ...(valueRange ? [`the values ${valueRange[0]} to ${valueRange[1]} become 0 to 255`] : []),
  ];
  return steps.length === 0 ? "" : ` Before that, ${steps.join(", and ")}; the examples below lack this.`;
}

const fenced = (language: string, code: string): string => `\`\`\`${language}\n${code.trimEnd()}\n\`\`\`\n`;

/** Escapes the characters of a name that Markdown gives a meaning. */
const plain = (name: string): string => visible(name).replaceAll(/[\\`*_{}[\]<>#|]/g, "\\$&");
