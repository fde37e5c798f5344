import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, DataError, fetchFile, type OnProgress } from "@downhill/images";
import { suggest } from "@downhill/optim/nearest";
import { findName } from "../config/find-name.ts";
import { TrainError } from "../error.ts";
import { openPretrained } from "./open-pretrained.ts";
import type { Pretrained } from "./pretrained.ts";

/** Address of torchvision's files. */
const BASE = "https://download.pytorch.org/models/";

/** torchvision's weights for ImageNet, by the model's name. The names of the files end with the start of their SHA-256. */
const FILES: Readonly<Record<string, string>> = {
  resnet18: "resnet18-f37072fd.pth",
  resnet34: "resnet34-b627a593.pth",
  resnet50: "resnet50-0676ba61.pth",
  mobilenetV2: "mobilenet_v2-b0353104.pth",
  mobilenetV3Small: "mobilenet_v3_small-047dcff4.pth",
  mobilenetV3Large: "mobilenet_v3_large-8738ca79.pth",
  efficientnetB0: "efficientnet_b0_rwightman-7f5810bc.pth",
  convnextTiny: "convnext_tiny-983f1562.pth",
};

/** Options of `fetchPretrained`. */
export interface FetchPretrainedOptions {
  /** Folder of downloaded weights. Default: `weights` in the user's cache folder. */
  readonly folder?: string;
  /** Address of a mirror, ending with a slash. Default: torchvision's. */
  readonly base?: string;
  /** Files by name, such as `tiny-01234567.pth` with the start of its SHA-256. Default: torchvision's. */
  readonly files?: Readonly<Record<string, string>>;
  readonly onProgress?: OnProgress;
}

/**
 * Opens trained weights like `openPretrained`, also those of a named network: torchvision's weights for ImageNet are
 * downloaded once, and compared with the SHA-256 in the file's name.
 * @param source file, run folder, or the name of a network, such as `resnet18` or `mobilenet_v3_small`
 * @throws TrainError for an unknown name, or as `openPretrained`
 * @throws DataError if the network fails, or the file has another hash
 * @example const pretrained = await fetchPretrained("resnet18");
 */
export async function fetchPretrained(source: string, options: FetchPretrainedOptions = {}): Promise<Pretrained> {
  if (existsSync(source)) return openPretrained(source);
  const { folder = join(cacheFolder(), "weights"), base = BASE, files = FILES, onProgress = () => {} } = options;
  const names = Object.keys(files);
  const name = findName(source, names);
  if (name === undefined) {
    throw new TrainError(
      `pretrained = '${source}': there is no file, run folder or network with this name: ${suggest(source, names)}`,
      { code: "unknown-weights", setting: { path: "pretrained", value: source } },
    );
  }
  const file = files[name] as string;
  const path = join(folder, file);
  if (!existsSync(path)) await download({ url: base + file, path, folder, onProgress });
  return { ...openPretrained(path), source };
}

interface Download {
  readonly url: string;
  readonly path: string;
  readonly folder: string;
  readonly onProgress: OnProgress;
}

async function download({ url, path, folder, onProgress }: Download): Promise<void> {
  const [, sha256 = ""] = /-([0-9a-f]{8})\.\w+$/.exec(url) ?? [];
  mkdirSync(folder, { recursive: true });
  const onBytes = (done: number, total: number): void => onProgress({ what: `downloading ${url}`, done, total });
  await fetchFile({ url, sha256, path, onBytes }).catch((error: Error) => {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${error.message} Or download it elsewhere, and set pretrained to the path of the file.`);
  });
}
