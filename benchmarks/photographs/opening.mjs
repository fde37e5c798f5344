// Opens a folder of photographs as a training does. Arguments: folder, side of the resized images, cache folder. Prints the
// images per second of opening without and with the cache, and of batches, as JSON.
import { createLoader, openDataSet } from "@downhill/images";

const BATCH = 64;
const [folder, size, cache] = process.argv.slice(2);

async function open() {
  const start = performance.now();
  const { train } = await openDataSet(folder, { cache, imageSize: Number(size), validationShare: 0 });
  return { train, perSecond: (1000 * train.length) / (performance.now() - start) };
}

const first = await open();
const again = await open();
const loader = createLoader(again.train, { seed: 0 });
let start = 0;
// The first epoch warms up the compiler.
for (let epoch = 0; epoch < 2; epoch++) {
  start = performance.now();
  for (let from = 0; from + BATCH <= loader.length; from += BATCH) loader.batch(epoch, from, BATCH);
}
const epoch = (1000 * loader.length) / (performance.now() - start);
console.log(JSON.stringify({ images: loader.length, first: first.perSecond, again: again.perSecond, epoch }));
