/** A list of tensors: name -> dimensions, PyTorch's order. @typedef {Record<string, number[]>} Model */

/** Returns ResNet-50 as in torchvision: 161 tensors, 25,557,032 parameters. @returns {Model} */
function resnet50() {
  const shapes = {};
  const normalized = (name, norm, dimensions) => {
    shapes[`${name}.weight`] = dimensions;
    shapes[`${norm}.weight`] = [dimensions[0]];
    shapes[`${norm}.bias`] = [dimensions[0]];
  };
  normalized("conv1", "bn1", [64, 3, 7, 7]);
  let channels = 64;
  for (const [index, blocks] of [3, 4, 6, 3].entries()) {
    const width = 64 * 2 ** index;
    for (let block = 0; block < blocks; block++) {
      const at = `layer${index + 1}.${block}`;
      normalized(`${at}.conv1`, `${at}.bn1`, [width, channels, 1, 1]);
      normalized(`${at}.conv2`, `${at}.bn2`, [width, width, 3, 3]);
      normalized(`${at}.conv3`, `${at}.bn3`, [4 * width, width, 1, 1]);
      if (block === 0) normalized(`${at}.downsample.0`, `${at}.downsample.1`, [4 * width, channels, 1, 1]);
      channels = 4 * width;
    }
  }
  shapes["fc.weight"] = [1000, channels];
  shapes["fc.bias"] = [1000];
  return shapes;
}

/** Returns two convolutions and two dense layers: 8 tensors, 60,088 parameters. @returns {Model} */
const tiny = () => ({
  "conv1.weight": [8, 1, 3, 3],
  "conv1.bias": [8],
  "conv2.weight": [16, 8, 3, 3],
  "conv2.bias": [16],
  "dense1.weight": [74, 784],
  "dense1.bias": [74],
  "dense2.weight": [10, 74],
  "dense2.bias": [10],
});

/** Returns the shapes of a model by its name; a number is one tensor of that many parameters. @returns {Model} */
export function model(name) {
  if (name === "resnet50") return resnet50();
  if (name === "tiny") return tiny();
  return { weight: [Number(name)] };
}

export const elements = (dimensions) => dimensions.reduce((product, size) => product * size, 1);

/** Returns the number of parameters of a model. @param {Model} shapes */
export const count = (shapes) => Object.values(shapes).reduce((sum, dimensions) => sum + elements(dimensions), 0);

/**
 * Fills an array with numbers of a gradient's usual size, of both signs, none of them zero. The numbers are the same in
 * every library and lead to no subnormal numbers, which would slow an optimizer down.
 *
 * @param {Float32Array} target
 */
export function fillGradient(target) {
  let bits = 12345;
  const pattern = Math.min(target.length, 65_536);
  for (let i = 0; i < pattern; i++) {
    bits = (Math.imul(bits, 1_664_525) + 1_013_904_223) | 0;
    const size = 0.001 + (bits >>> 8) * 2 ** -24 * 0.02;
    target[i] = bits & 128 ? size : -size;
  }
  for (let at = pattern; at < target.length; at += pattern) {
    target.copyWithin(at, 0, Math.min(pattern, target.length - at));
  }
}
