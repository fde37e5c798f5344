import { z } from "zod";
import { BY_RECIPE, derived, input, option } from "./setting.ts";
import type { GroupSetting } from "./values.ts";
import { kindWithArguments, pattern, rateRange, record, schedule } from "./zod.ts";

/** Maximum number of epochs: the plan of a longer run does not fit into memory. */
export const MOST_EPOCHS = 1_000_000;

const group = z.looseObject({
  match: pattern(),
  lrFactor: z.number().min(0).optional(),
  frozen: z.boolean().optional(),
});

/** Settings of the model and the optimizer. */
export const modelSettings = {
  model: derived(z.string(), z.string(), {
    doc: "network: lenet, resnet20, vgg11, resnet18, mobilenetV2, convnextTiny, ...",
    label: "Model",
    unset: "depends on the images, or on the pretrained weights",
  }),
  pretrained: option(z.string().min(1), null, {
    doc: "starting weights: resnet18, ..., a run, a .safetensors, .pth or .onnx file",
    label: "Pretrained weights",
    unset: "none",
    changesRate: true,
  }),
  optimizer: derived(z.string(), z.string(), {
    doc: "update rule: sgd, adamw, lion, ...",
    label: "Optimizer",
    registry: "optimizers",
    unset: "depends on the model",
  }),
  partner: option(z.string(), null, {
    doc: "optimizer of the parameters that muon is not for",
    label: "Partner",
    registry: "optimizers",
    unset: "adamw, for muon",
    changesRate: true,
  }),
  /** Resolved: `lrFactor`, and values that differ from the partner's defaults, or were given. */
  partnerHyperparameters: option(
    record(),
    {},
    {
      doc: 'hyperparameters of the partner, such as { "lrFactor": 0.1 }',
      label: "Partner's hyperparameters",
      unset: "depends on the partner",
      changesRate: true,
    },
  ),
  /** Peak of the schedule where it rises. Resolved: the result of the range test, and before it the default. */
  lr: derived(z.union([z.number().positive(), z.literal("auto"), rateRange()]), z.number(), {
    doc: "learning rate, with oneCycle its peak; 1e-5..1e-3 from first to last layer",
    label: "Learning rate",
    unset: "auto, but the optimizer's default in short runs",
  }),
  /** Resolved: the ratio, by which `groups` are divided. */
  lrDepth: option(z.number().positive().max(1), 1, {
    doc: "learning rate of the first layer relative to the last, geometric between",
    label: "Rate of the first layer",
    changesRate: true,
  }),
  schedule: derived(schedule(), schedule(), {
    doc: "learning-rate schedule: oneCycle, cosine, step, constant, plateau, ...",
    label: "Schedule",
    registry: "schedules",
    unset: "depends on the images",
    changesRate: true,
  }),
  warmup: option(z.number().min(0).max(MOST_EPOCHS), 0, {
    doc: "warm-up before the schedule",
    label: "Warm-up",
    unit: "epochs",
  }),
  momentum: input(z.union([z.number().min(0).lt(1), kindWithArguments()]), {
    doc: 'momentum, or its schedule, such as { "kind": "linear" }',
    label: "Momentum",
    unset: "depends on the optimizer",
    changesRate: true,
  }),
  weightDecay: input(z.union([z.number().min(0), kindWithArguments()]), {
    doc: 'weight decay, or its schedule, such as { "kind": "cosine" }',
    label: "Weight decay",
    unset: "depends on the optimizer",
    changesRate: true,
  }),
  clipNorm: option(z.number().positive(), null, {
    doc: "maximum global gradient norm",
    label: "Maximum gradient norm",
    unset: "no limit",
    changesRate: true,
  }),
  clipValue: option(z.number().positive(), null, {
    doc: "maximum magnitude of each gradient element",
    label: "Maximum gradient element",
    unset: "no limit",
    changesRate: true,
  }),
  ema: option(z.number().min(0).lt(1), null, {
    doc: "decay of the weights' moving average for evaluation, such as 0.999",
    label: "Moving average of weights",
    unset: "no average",
  }),
  cautious: option(z.boolean(), false, {
    doc: "move only weights whose step goes against their gradient",
    label: "Cautious update",
    changesRate: true,
  }),
  lookahead: option(z.boolean(), false, {
    doc: "wrap the optimizer in Lookahead",
    label: "Lookahead",
    changesRate: true,
  }),
  /** Resolved: values that differ from the optimizer's defaults, or were given; schedules are objects. */
  hyperparameters: derived(record(), record(), {
    doc: 'other hyperparameters or their schedules, such as { "beta2": 0.99 }',
    label: "Hyperparameters",
    unset: "depends on the optimizer",
    changesRate: true,
  }),
  groups: derived(z.array(group), z.array(z.looseObject({ match: z.string() })) as z.ZodType<readonly GroupSetting[]>, {
    doc: "hyperparameters for the parameters whose names match a regular expression",
    label: "Parameter groups",
    unset: "depends on the images",
    changesRate: true,
  }),
  modelOptions: option(record(), BY_RECIPE, {
    doc: 'options of the model, such as { "width": 32 }',
    label: "Model options",
    unset: "depends on the images",
    changesRate: true,
  }),
};
