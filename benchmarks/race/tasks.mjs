/** Short trainings on real images: small enough that hundreds of them end in hours. */
export const TASKS = {
  "fashion-mnist lenet": { data: "fashion-mnist", model: "lenet", trainLimit: 10_000, testLimit: 5000, epochs: 3 },
  "photographs airbench": {
    data: "sign-language-digits",
    imageSize: 32,
    ...{ model: "airbench", modelOptions: { widths: [16, 32, 32] } },
    epochs: 6,
  },
  "cifar10 resnet8": {
    data: "cifar10",
    ...{ model: "resnet8", modelOptions: { width: 8 } },
    ...{ trainLimit: 5000, testLimit: 5000, epochs: 5 },
  },
  "cifar10 airbench": {
    data: "cifar10",
    ...{ model: "airbench", modelOptions: { widths: [16, 32, 32] } },
    ...{ trainLimit: 5000, testLimit: 5000, epochs: 4 },
  },
};
