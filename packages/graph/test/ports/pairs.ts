import { adam } from "@downhill/optim";
import { compileJointStep, ops } from "../../src/index.ts";
import { BATCH, images, initialized, SMALL, signed } from "./data.ts";
import { jointPort } from "./port.ts";
import { small } from "./small.ts";

const shared = () => ({ networks: { net: initialized(small(6)) }, optimizers: { net: adam({ lr: 1e-3 }) } });
const others = (name: string) => signed(name, BATCH, ...SMALL);

export const triplet = jointPort(() => ({
  ...shared(),
  compile: (networks) =>
    compileJointStep(networks, {
      batchSize: BATCH,
      inputs: { anchor: SMALL, positive: SMALL, negative: SMALL },
      losses: ({ net, anchor, positive, negative }) => ({
        net: ops.tripletMargin(net(anchor), net(positive), net(negative), { margin: 0.5 }),
      }),
    }),
  run: (step) => step.run({ anchor: others("anchor"), positive: others("positive"), negative: others("negative") }),
}));

export const siamese = jointPort(() => ({
  ...shared(),
  compile: (networks) =>
    compileJointStep(networks, {
      batchSize: BATCH,
      inputs: { first: SMALL, second: SMALL, same: [] },
      losses: ({ net, first, second, same }) => ({
        net: ops.cosineEmbedding(net(first), net(second), same, { margin: 0.2 }),
      }),
    }),
  run: (step) => {
    const same = signed("same", BATCH).map((value) => (value > 0 ? 1 : -1));
    return step.run({ first: images, second: others("partners"), same });
  },
}));

export const simClr = jointPort(() => ({
  ...shared(),
  compile: (networks) =>
    compileJointStep(networks, {
      batchSize: BATCH,
      inputs: { view: SMALL },
      losses: ({ net, view }) => ({ net: ops.infoNce(net(view), net(ops.flip(view, [3])), { temperature: 0.5 }) }),
    }),
  run: (step) => step.run({ view: images }),
}));
