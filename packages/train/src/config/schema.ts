import { suggest } from "@downhill/optim/nearest";
import { z } from "zod";
import { ConfigError } from "../error.ts";
import { VIEWS } from "../evaluation/views.ts";
import { ORDERS } from "../training/options.ts";
import { checkPlain } from "./plain.ts";

const count = (least = 1, most = Number.MAX_SAFE_INTEGER) => z.number().int().min(least).max(most);
const share = () => z.number().min(0).lt(1);
const folders = () => z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const settings = () => z.record(z.string(), z.unknown());
const pattern = () => z.string().refine(isPattern, { error: "a regular expression" });
const schedule = () => z.looseObject({ kind: z.string() });

/** Plans of longer runs would not fit into memory. */
const MOST_EPOCHS = 1_000_000;
/** More threads than any processor has; each takes memory before it does anything. */
export const MOST_THREADS = 256;
/** Characters of a value in an error. */
const LONGEST = 80;

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a run may be told; each key is also a flag of the command line. All but `data` may be left out: `resolveConfig`
 * says what is taken then.
 */
export const configSchema = z.strictObject({
  data: z.string().min(1).describe("a folder of images, or sample, fashion-mnist, mnist, cifar10, cifar100"),
  model: z.string().describe("mlp, lenet, resnet8, resnet20, vgg11, convnext, ...; default by the images").optional(),
  modelOptions: settings().describe('options of the model, such as { "width": 32 }').optional(),
  optimizer: z
    .string()
    .describe("sgd, adamw, lion, ...: downhill optimizers lists them; default by the model")
    .optional(),
  lr: z
    .union([z.number().positive(), z.literal("auto")])
    .describe(
      "learning rate, with oneCycle its peak; default auto: by a range test before the run, of a short run the optimizer's",
    )
    .optional(),
  momentum: z
    .union([z.number().min(0).lt(1), schedule()])
    .describe('momentum of the optimizer, constant where it is a number; or a schedule, such as { "kind": "linear" }')
    .optional(),
  weightDecay: z
    .union([z.number().min(0), schedule()])
    .describe('weight decay, or a schedule for it, such as { "kind": "cosine" }')
    .optional(),
  hyperparameters: settings()
    .describe('other hyperparameters of the optimizer, such as { "beta2": 0.99 }: numbers, or schedules')
    .optional(),
  groups: z
    .array(z.looseObject({ match: pattern(), lrFactor: z.number().min(0).optional(), frozen: z.boolean().optional() }))
    .describe("parameters with hyperparameters of their own: match is a regular expression for their names")
    .optional(),
  schedule: z
    .union([z.string(), schedule()])
    .describe("oneCycle, cosine, step, constant, plateau, ...: downhill schedules lists them")
    .optional(),
  warmup: z
    .number()
    .min(0)
    .max(MOST_EPOCHS)
    .describe("epochs in which the rate first rises to its schedule; default 0")
    .optional(),
  clipNorm: z
    .number()
    .positive()
    .describe("the most that the norm of all gradients may be; default no bound")
    .optional(),
  ema: z
    .number()
    .min(0)
    .lt(1)
    .describe("evaluate with a moving average of the weights; decay, such as 0.999")
    .optional(),
  lookahead: z.boolean().describe("wrap the optimizer in Lookahead").optional(),
  epochs: count(1, MOST_EPOCHS).describe("times that all training images are seen").optional(),
  batchSize: z
    .union([count(), z.literal("all")])
    .describe("images of a step: 1 is SGD, all is gradient descent")
    .optional(),
  batchSchedule: z
    .union([z.string(), schedule()])
    .describe(
      'schedule of the batch size, by the epoch, such as { "kind": "step", "stepSize": 2, "gamma": 2 }; begins with batchSize',
    )
    .optional(),
  increaseBatchInsteadOfDecay: z
    .boolean()
    .describe(
      "raise the batch size in the place of lowering the rate (arXiv 1711.00489); the schedule is then multiStep unless it is stated",
    )
    .optional(),
  largestBatch: count()
    .describe("where a batch size that changes has its bound; default a tenth of the training images")
    .optional(),
  largestPart: count()
    .describe("the most images computed at once; larger batches add up gradients of parts")
    .optional(),
  order: z.enum(ORDERS).describe("order of the images: shuffled each epoch, sequential, or easy-first").optional(),
  augment: z
    .array(z.union([z.string(), z.looseObject({ kind: z.string() })]))
    .describe("changes to training images, such as crop,flip; none for none")
    .optional(),
  labelSmoothing: share().describe("share of the target that is spread over all classes").optional(),
  validationShare: share().describe("share of the training images that is held out to judge by").optional(),
  trainFolder: folders()
    .describe("folder within DATA whose subfolders are the training classes; or several")
    .optional(),
  validationFolder: folders().describe("the same for the validation images").optional(),
  testFolder: folders().describe("the same for the test images").optional(),
  imageSize: count(4, 4096).describe("height and width that photographs are brought to").optional(),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .describe("1 for grey images, 3 for colour")
    .optional(),
  trainLimit: count().describe("train on so many images only").optional(),
  testLimit: count().describe("judge by so many images only").optional(),
  evaluateEvery: count().describe("evaluate every N epochs and after the last (default 1)").optional(),
  testTimeAugmentation: z
    .enum(VIEWS)
    .describe("evaluate with averaged views of each image, too: none, flip or flip-and-shift")
    .optional(),
  earlyStopping: count().describe("stop after N evaluations in a row without a lower validation loss").optional(),
  checkpointSeconds: z
    .number()
    .positive()
    .describe("seconds between checkpoints within an epoch; default 30")
    .optional(),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .describe("of everything random; default 0")
    .optional(),
  threads: count(1, MOST_THREADS).describe("threads that compute; default as many as there are cores").optional(),
  device: z.enum(["cpu", "webgpu", "wasm"]).describe("what computes; default the best that works").optional(),
  tune: z
    .boolean()
    .describe("measure on the CPU which kernels are fastest; default true, --no-tune takes the usual ones")
    .optional(),
});

/** A configuration as a user gives it, in a file or by flags. */
export type GivenConfig = z.infer<typeof configSchema>;

/**
 * Checks a configuration.
 * @param where source of the configuration, for errors: a file's name, or "the command line"
 * @throws ConfigError that names the key, its value and the expected value
 */
export function parseConfig(given: unknown, where = ""): GivenConfig {
  checkPlain(given, where);
  const prefix = where === "" ? "" : `${where}: `;
  const result = configSchema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    const key = issue.keys[0] as string;
    throw new ConfigError(`${prefix}unknown key '${key}': ${suggest(key, Object.keys(configSchema.shape))}`, {
      code: "unknown-key",
      setting: { path: key },
    });
  }
  const path = issue.path.join(".");
  if (path === "") throw new ConfigError(`${prefix}expected an object of settings, such as { "epochs": 5 }`);
  const value = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], given);
  const stated = value === undefined ? "is missing" : `= ${show(value)}`;
  const expected = expectation(issue);
  throw new ConfigError(`${prefix}${path} ${stated}: expected ${expected}`, {
    code: "invalid-value",
    setting: { path, value, expected },
  });
}

/** A value as JSON, which has no infinities, and not longer than a line. */
function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}

/** Returns the expected value as the object of "expected". */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") {
    return issue.errors.map((errors) => expectation(errors[0] as z.core.$ZodIssue)).join(" or ");
  }
  if (issue.code === "invalid_type") return WORDS[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return issue.values.map((value) => JSON.stringify(value)).join(", ");
  if (issue.code === "too_small" && issue.origin === "string") return "a text that is not empty";
  if (issue.code === "too_small") return `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
  if (issue.code === "too_big") return `${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
  return issue.message;
}

const WORDS: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** The JSON schema of configuration files, for editors. */
export const configJsonSchema = (): object => ({
  ...z.toJSONSchema(configSchema.partial().extend({ $schema: z.string().optional() })),
  title: "Downhill configuration",
});
