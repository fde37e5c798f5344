/** Weight of a pixel by its distance in bicubic interpolation (Catmull-Rom). */
function cubic(distance) {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** Returns the pixels that make up each pixel of a resized line, with their weights, which sum to 1. */
function weightsOf(length, size) {
  const scale = length / size;
  const stretch = Math.max(1, scale);
  return Array.from({ length: size }, (_, i) => {
    const center = (i + 0.5) * scale;
    const from = Math.max(0, Math.floor(center - 2 * stretch));
    const to = Math.min(length, Math.ceil(center + 2 * stretch));
    const weights = Array.from({ length: to - from }, (_, k) => cubic((from + k + 0.5 - center) / stretch));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { from, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * Resizes an image with a bicubic filter that widens as the image shrinks, as the model's training did.
 * @param data bytes of red, green, blue and alpha
 * @returns bytes of the planes red, green and blue
 */
export function resample({ data, width, height }, newWidth, newHeight) {
  const columns = weightsOf(width, newWidth);
  const rows = weightsOf(height, newHeight);
  const planes = new Uint8ClampedArray(3 * newWidth * newHeight);
  const narrow = new Float32Array(height * newWidth);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < newWidth; x++) {
        const { from, weights } = columns[x];
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * data[4 * (y * width + from + k) + channel];
        narrow[y * newWidth + x] = sum;
      }
    }
    for (let y = 0; y < newHeight; y++) {
      const { from, weights } = rows[y];
      for (let x = 0; x < newWidth; x++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * narrow[(from + k) * newWidth + x];
        planes[(channel * newHeight + y) * newWidth + x] = sum;
      }
    }
  }
  return planes;
}

/** Returns the brightness (ITU-R BT.601) of the planes red, green and blue. */
export function brightness(planes) {
  const size = planes.length / 3;
  return Uint8Array.from({ length: size }, (_, i) =>
    Math.floor((299 * planes[i] + 587 * planes[size + i] + 114 * planes[2 * size + i] + 500) / 1000),
  );
}
