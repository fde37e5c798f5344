import * as ort from "./ort.wasm.bundle.min.mjs";
import { brightness, resample } from "./resample.js";

/** Largest side, in pixels, of an image before it is resized for the model. */
const LARGEST = 1536;
/** Number of classes in the ranking. */
const RANKED = 5;
/** Minimum time between two camera images, in milliseconds. */
const INTERVAL = 100;

const element = (id) => document.getElementById(id);
const status = (text) => {
  element("status").textContent = text;
};

status("Loading the model …");
const model = await (await fetch("model.json")).json();
document.title = model.name;
element("name").textContent = model.name;
element("about").textContent = `${model.about} Your images stay on this device.`;
const [channels, height, width] = model.imageShape;
element("stage").style.aspectRatio = `${width} / ${height}`;

ort.env.wasm.numThreads = 1;
const bytes = new Uint8Array(await (await fetch("model.onnx")).arrayBuffer());
const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
status("Ready.");
for (const id of ["files", "toggle"]) element(id).disabled = false;

/** Returns the part of an image that the model sees, on white and not larger than necessary. */
function crop(source, sourceWidth, sourceHeight) {
  const scale = Math.max(width / sourceWidth, height / sourceHeight);
  const [cropWidth, cropHeight] = [width / scale, height / scale];
  const shrink = Math.min(1, LARGEST / Math.max(cropWidth, cropHeight));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(cropWidth * shrink)),
    Math.max(1, Math.round(cropHeight * shrink)),
  );
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  const [left, top] = [(sourceWidth - cropWidth) / 2, (sourceHeight - cropHeight) / 2];
  context.drawImage(source, left, top, cropWidth, cropHeight, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Returns the classes with their probabilities, the most probable first. */
async function classify(canvas) {
  const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const planes = resample(image, width, height);
  const pixels = channels === 1 ? brightness(planes) : new Uint8Array(planes.buffer);
  const images = new ort.Tensor("uint8", pixels, [1, channels, height, width]);
  const { probabilities } = await session.run({ images });
  return model.labels
    .map((label, i) => ({ label, probability: probabilities.data[i] }))
    .sort((a, b) => b.probability - a.probability);
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

function show(classes) {
  const [best] = classes;
  // Screen readers announce a new class, not every change of its probability.
  if (element("best").textContent !== best.label) element("best").textContent = best.label;
  element("ranking").replaceChildren(
    ...classes.slice(0, RANKED).map(({ label, probability }) => {
      const item = document.createElement("li");
      const row = document.createElement("div");
      const [name, share] = [document.createElement("span"), document.createElement("span")];
      name.textContent = label;
      share.textContent = percent(probability);
      row.append(name, share);
      const bar = document.createElement("progress");
      bar.max = 1;
      bar.value = probability;
      bar.setAttribute("aria-label", label);
      item.append(row, bar);
      return item;
    }),
  );
}

function addToHistory(file, result) {
  const row = document.createElement("tr");
  for (const text of [file, ...result]) {
    const cell = document.createElement("td");
    cell.textContent = text;
    row.append(cell);
  }
  element("history").prepend(row);
  element("history-section").hidden = false;
}

async function classifyFile(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    status(`${file.name}: this browser cannot read it as an image.`);
    addToHistory(file.name, ["not an image", ""]);
    return;
  }
  const canvas = crop(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  const picture = element("picture");
  [picture.width, picture.height] = [canvas.width, canvas.height];
  picture.getContext("2d").drawImage(canvas, 0, 0);
  picture.hidden = false;
  picture.setAttribute("aria-label", file.name);
  element("hint").hidden = true;
  const classes = await classify(canvas);
  show(classes);
  addToHistory(file.name, [classes[0].label, percent(classes[0].probability)]);
  status(`${file.name}: ${classes[0].label}, ${percent(classes[0].probability)}`);
}

async function classifyFiles(files) {
  stopCamera();
  for (const file of files) await classifyFile(file);
}

let stream = null;

function stopCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  const camera = element("camera");
  camera.hidden = true;
  camera.srcObject = null;
  element("toggle").textContent = "Start camera";
  if (element("picture").hidden) element("hint").hidden = false;
}

async function startCamera() {
  const camera = element("camera");
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    status(`The camera did not start: ${error.message}. Allow the camera for this page, or choose images.`);
    return;
  }
  const own = stream;
  camera.srcObject = stream;
  await camera.play();
  camera.hidden = false;
  element("picture").hidden = true;
  element("hint").hidden = true;
  element("toggle").textContent = "Stop camera";
  status("The camera is on.");
  while (stream === own) {
    const started = performance.now();
    const classes = await classify(crop(camera, camera.videoWidth, camera.videoHeight));
    if (stream === own) show(classes);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, INTERVAL - (performance.now() - started))));
  }
}

element("files").addEventListener("change", async ({ target }) => {
  await classifyFiles([...target.files]);
  // The same file may be chosen again.
  target.value = "";
});
element("toggle").addEventListener("click", () => {
  if (stream === null) return startCamera();
  stopCamera();
  status("The camera is off.");
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  element("stage").classList.add("over");
});
document.addEventListener("dragleave", () => element("stage").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  element("stage").classList.remove("over");
  classifyFiles([...event.dataTransfer.files]);
});
document.addEventListener("paste", ({ clipboardData }) => classifyFiles([...clipboardData.files]));
