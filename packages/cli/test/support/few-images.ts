/** Settings of an advice that leave no question, so that only the defaults are trained. */
const NO_QUESTIONS =
  "--train-limit 500 --test-limit 100 --model mlp --epochs 1 --seeds 2 --jobs 2 --optimizer adamw --lr 0.001 --batch-size 8 --weight-decay 0 --set hyperparameters.beta1=0.9 --schedule cosine";

/**
 * Returns an example of the documentation with few of the sample's images, at most 2 epochs, a small model in range tests,
 * sweeps and comparisons, and few trainings in comparisons. Flags of the example come later, and so prevail.
 */
export const onFewImages = (text: string): string =>
  text
    .replaceAll(/^((?:npx )?downhill (train|find-lr) sample)(.*)$/gm, (_, command, name, flags: string) => {
      const epochs = name === "train" && !flags.includes("--epochs") ? " --epochs 2" : "";
      const model = name === "find-lr" || flags.includes("--lr auto") ? " --model mlp --batch-size 32" : "";
      // A batch may grow to a tenth of the images, and a range test needs some variety.
      const limit = model !== "" || flags.includes("batch-") ? 1300 : 400;
      return `${command} --train-limit ${limit} --test-limit 100${epochs}${model}${flags}`;
    })
    .replaceAll(/^((?:npx )?downhill compare (\w+))(.*)$/gm, (_, command, data, flags: string) => {
      const limits = data === "sample" ? " --train-limit 300 --test-limit 100" : "";
      return `${command}${limits} --model mlp --epochs 1 --seeds 1 --tuning 1 --jobs 2${flags}`;
    })
    .replaceAll(/^((?:npx )?downhill advise \w+)(.*)$/gm, `$1 ${NO_QUESTIONS}$2`);
