import type { PartName } from "../../../data-set/parts.ts";

/** The words for parts, in English and in other languages in which folders are named. */
const PARTS: ReadonlyMap<string, PartName> = new Map(
  Object.entries({
    train: `train training trainset traindata trainval trn trainingsdaten entrainement entraînement entrenamiento treino
      treinamento addestramento eğitim egitim latih pelatihan обучение 训练 训练集 训练数据 訓練 訓練集 訓練データ 学習 学習用 学習データ 훈련 학습`,
    validation: `val valid validation validate validating valset vali eval evaluation evaluate dev validierung validación
      validacion validação validacao validatie doğrulama dogrulama validasi валидация 验证 验证集 验证数据 驗證 驗證集 検証 検証用 検証データ 검증`,
    test: `test tests testing testset testdata tst holdout testdaten prueba pruebas teste uji pengujian тест 测试 测试集 测试数据 測試 測試集
      テスト テスト用 テストデータ 테스트`,
  } as const).flatMap(([part, words]) => words.split(/\s+/).map((word) => [word, part as PartName] as const)),
);

/** Words without a meaning in a part's name: `training_set`, `Train Data`, `test_images`, `train_256x256_split`. */
const FILLERS: ReadonlySet<string> = new Set(
  "set sets data dataset datasets image images img imgs photo photos picture pictures pic pics jpg jpeg png split part folder dir files the of for final full small large mini resized cropped augmented aug".split(
    " ",
  ),
);

/** The names of folders that hold all images of their parent. */
const CONTAINERS: ReadonlySet<string> = new Set(
  "image images img imgs data dataset photo photos picture pictures pics jpg jpeg jpegs jpegimages png pngs rgb".split(
    " ",
  ),
);

/** The names of folders beside parts whose images have no labels. */
const UNLABELED: ReadonlySet<string> = new Set(
  "pred predict prediction predictions single sample samples meta unlabeled unlabelled unsup submission demo example examples".split(
    " ",
  ),
);

/** Words for folders that hold a share of the images of every class. */
const FOLDS: ReadonlySet<string> = new Set(
  "fold folds kfold cv split partition shard chunk batch subset crossval".split(" "),
);

/** Words for annotations, such as the masks of segmentation. */
const ANNOTATIONS: ReadonlySet<string> = new Set(
  "annotation annotations annot annots label labels mask masks segmentation segmentations trimap trimaps bbox bboxes groundtruth gt".split(
    " ",
  ),
);

/** Splits a name into words in lower case: `PublicTest`, `seg_train` and `train2017` have two each. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .normalize("NFC")
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .match(/\p{L}[\p{L}\p{M}]*|\p{N}+/gu) ?? [];

/** The part that a folder's name stands for. */
export interface NamedPart {
  readonly part: PartName;
  /** See {@link restOf}. */
  readonly rest: string;
}

/** Returns the part that a name stands for; null for none or several. A `train_val` is for training. */
export function partNamed(name: string): NamedPart | null {
  const parts = new Set(wordsOf(name).flatMap((word) => PARTS.get(word) ?? []));
  if (parts.has("train") && parts.has("validation")) parts.delete("validation");
  const [part] = parts;
  return part === undefined || parts.size > 1 ? null : { part, rest: restOf(name) };
}

/** Returns the words of a name but those for parts, fillers and numbers: "" for `training_set`, "seg" for `seg_train`. */
export const restOf = (name: string): string =>
  wordsOf(name)
    .filter((word) => !PARTS.has(word) && !FILLERS.has(word) && !/^[\p{N}x]+$/u.test(word))
    .join(" ");

const someWord =
  (words: ReadonlySet<string>) =>
  (name: string): boolean =>
    wordsOf(name).some((word) => words.has(word));

/** True for the name of a folder with images that have no labels. */
export const isUnlabeled = someWord(UNLABELED);
/** True for the name of an evaluation part, which is the test part where there is a validation part too. */
export const isEvaluation = someWord(new Set(["eval", "evaluate", "evaluation"]));
/** True for the name of a folder with annotations. */
export const isAnnotation = someWord(ANNOTATIONS);
/** True for the name of a folder with masks or other pictures that annotate images. */
export const isMask = (name: string): boolean => isAnnotation(name) && !/^with(out)?[^a-z]/i.test(name);
/** True for the name of a folder that holds all images of its parent. */
export const isContainer = (name: string): boolean =>
  wordsOf(name).length > 0 && wordsOf(name).every((word) => CONTAINERS.has(word));

/** True for the names of a camera's folders, such as `100APPLE` and `101APPLE`: a number and five letters or digits. */
export const areCameraFolders = (names: readonly string[]): boolean =>
  names.every((name) => /^[1-9]\d\d[A-Z\d_]{5}$/.test(name)) && new Set(names.map((name) => name.slice(3))).size === 1;

/** True for the name of a fold: a word such as "fold" and a number or letter, as in `fold1` and `fold_b`. */
export const isFold = (name: string): boolean => {
  const words = wordsOf(name);
  return (
    words.some((word) => FOLDS.has(word)) &&
    words.some((word) => /^(\p{N}+|\p{L})$/u.test(word)) &&
    !words.some((word) => PARTS.has(word))
  );
};
