import { createHash } from "node:crypto";
import { join } from "node:path";
import { readSealedJson, sealJson, writeAtomically } from "@downhill/train/files";
import { z } from "zod";

const schema = z.looseObject({ description: z.looseObject({}), result: z.looseObject({}) });

/** Results of a reproduction's computations in a folder, one file for each, so that a stopped reproduction resumes. */
export class KeptResults {
  readonly #folder: string;

  /** @param folder existing folder */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads the result of a computation; null if there is none.
   * @param description everything on which the result depends, as plain JSON
   * @throws TrainError if the file is damaged
   */
  read<Result extends object>(name: string, description: object): Result | null {
    const kept = readSealedJson<{ result: Result }>(this.#path(name, description), schema, [
      { act: "remove the file, so that the training is repeated" },
    ]);
    return kept?.result ?? null;
  }

  write(name: string, description: object, result: object): void {
    writeAtomically(this.#path(name, description), sealJson({ description, result }));
  }

  #path(name: string, description: object): string {
    const hash = createHash("sha256").update(JSON.stringify(description)).digest("hex").slice(0, 8);
    return join(this.#folder, `${name.replaceAll(/[^\p{L}\p{N}.]+/gu, "-")}-${hash}.json`);
  }
}
