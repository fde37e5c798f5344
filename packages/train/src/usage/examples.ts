import type { ModelInput } from "./model-input.ts";

/** Returns a program for Node that classifies one image with onnxruntime-node and sharp. */
export const nodeExample = ({ channels, height, width }: ModelInput): string =>
  `import { readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";

const labels = JSON.parse(readFileSync(new URL("labels.json", import.meta.url), "utf8"));
const session = await InferenceSession.create(new Uint8Array(readFileSync(new URL("model.onnx", import.meta.url))));

/** Returns the probability of each class. */
export async function classify(file) {
  const { data } = await sharp(file)
    .autoOrient()
    .flatten({ background: "#ffffff" })
    .resize(${width}, ${height}, { fit: "cover", kernel: "cubic", fastShrinkOnLoad: false })
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const size = ${height * width};
  const step = data.length / size; // 1 for gray files, else 3
  const pixels = new Uint8Array(${channels * height * width});
  for (let i = 0; i < size; i++) {
    const [red, green, blue] = [0, 1, 2].map((channel) => data[step * i + Math.min(channel, step - 1)]);
${
  channels === 1
    ? "    pixels[i] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);"
    : "    pixels[i] = red;\n    pixels[size + i] = green;\n    pixels[2 * size + i] = blue;"
}
  }
  const images = new Tensor("uint8", pixels, [1, ${channels}, ${height}, ${width}]);
  const { probabilities } = await session.run({ images });
  return Object.fromEntries(labels.map((label, i) => [label, probabilities.data[i]]));
}

for (const file of process.argv.slice(2)) console.log(file, await classify(file));
`;

/** Returns a module for web pages that classifies an image, a canvas or a video with onnxruntime-web. */
export const browserExample = ({ channels, height, width }: ModelInput): string =>
  `import * as ort from "onnxruntime-web/wasm";

const labels = await (await fetch("labels.json")).json();
const session = await ort.InferenceSession.create("model.onnx");

/** Returns the probability of each class. Takes an image, a canvas, a video or an ImageBitmap. */
export async function classify(source) {
  const width = source.videoWidth || source.naturalWidth || source.width;
  const height = source.videoHeight || source.naturalHeight || source.height;
  const canvas = new OffscreenCanvas(${width}, ${height});
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, ${width}, ${height});
  context.imageSmoothingQuality = "high";
  const scale = Math.max(${width} / width, ${height} / height);
  const [w, h] = [width * scale, height * scale];
  context.drawImage(source, (${width} - w) / 2, (${height} - h) / 2, w, h);
  const { data } = context.getImageData(0, 0, ${width}, ${height});
  const size = ${height * width};
  const pixels = new Uint8Array(${channels * height * width});
  for (let i = 0; i < size; i++) {
    const [red, green, blue] = data.subarray(4 * i, 4 * i + 3);
${
  channels === 1
    ? "    pixels[i] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);"
    : "    pixels[i] = red;\n    pixels[size + i] = green;\n    pixels[2 * size + i] = blue;"
}
  }
  const images = new ort.Tensor("uint8", pixels, [1, ${channels}, ${height}, ${width}]);
  const { probabilities } = await session.run({ images });
  return Object.fromEntries(labels.map((label, i) => [label, probabilities.data[i]]));
}
`;

/** Returns a program for Python that classifies images with onnxruntime and Pillow. */
export const pythonExample = ({ channels, height, width }: ModelInput): string =>
  `import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

folder = Path(__file__).parent
labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])


def classify(file):
    """Return the probability of each class."""
    image = ImageOps.exif_transpose(Image.open(file)).convert("RGBA")
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    image = ImageOps.fit(image, (${width}, ${height}), method=Image.BICUBIC)${channels === 1 ? '.convert("L")' : ""}
    pixels = np.asarray(image, dtype=np.uint8)
    images = ${channels === 1 ? "pixels[None, None]" : "np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])"}
    (probabilities,) = session.run(["probabilities"], {"images": images})
    return dict(zip(labels, probabilities[0].tolist()))


if __name__ == "__main__":
    for file in sys.argv[1:]:
        print(file, classify(file))
`;
