// Averages the weights of the last epochs, which are trained at a constant rate: stochastic weight averaging.
// Original: timgaripov/swa, "train.py", https://github.com/timgaripov/swa; in PyTorch torch.optim.swa_utils
// Run it by: node examples/weight-averaging.mjs [--short]
import { createNetwork, resnet } from "@downhill/graph";
import { openDataSet } from "@downhill/images";
import { constant, linear, sequence, sgd, stochasticWeightAveraging } from "@downhill/optim";
import { clockOf, train } from "@downhill/train";

const short = process.argv.includes("--short");
const data = await openDataSet("sample", short ? { trainLimit: 640, testLimit: 256 } : {});
const settings = { data, epochs: short ? 4 : 12, batchSize: 64, seed: 1 };
const { totalSteps, epochEnds } = clockOf({ length: data.train.length, ...settings });
const averageStart = epochEnds[settings.epochs / 2] - 1;

const decay = linear({ base: 0.05, startFactor: 1, endFactor: 0.4, totalIters: averageStart });
const lr = sequence({ schedules: [decay, constant({ base: 0.02 })], milestones: [averageStart] });
const optimizer = sgd({ lr, momentum: 0.9, weightDecay: 5e-4 });
const averaged = stochasticWeightAveraging(optimizer, { averageStart, averagePeriod: totalSteps / settings.epochs });

const model = resnet(data.imageShape, data.classNames.length, { depth: 8, width: short ? 4 : 16 });
for (const [title, used] of Object.entries({ "last weights": optimizer, "averaged weights": averaged })) {
  const network = createNetwork(model, { seed: 1 });
  // The statistics of batch norm are measured again for the average.
  const { evaluation } = await train({ ...settings, network, optimizer: used });
  console.log(`test accuracy of the ${title}: ${evaluation?.accuracy.toFixed(3)}`);
}
