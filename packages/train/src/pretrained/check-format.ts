import { TrainError } from "../error.ts";

/** First bytes of a pickle of protocol 2 to 5, as PyTorch before 1.6 saved. */
const PICKLE = 0x80;
/** First byte of the header of a safetensors file, after its length in eight bytes. */
const BRACE = 0x7b;

/**
 * Checks that a file is not one of PyTorch, whose reading could execute code in it.
 * @throws TrainError with the line of Python that converts the file
 */
export function checkFormat(bytes: Uint8Array, path: string): void {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05);
  const isPickle = bytes[0] === PICKLE && (bytes[1] as number) >= 2 && (bytes[1] as number) <= 5 && bytes[8] !== BRACE;
  if (!isZip && !isPickle) return;
  const target = `${path.replace(/\.(pt|pth|bin|ckpt)$/, "")}.safetensors`;
  throw new TrainError(`${path}: this is a file of torch.save. Expected a safetensors file, or a run folder`, {
    code: "other-format",
    remedies: [
      {
        act: `convert it with python3 -c 'import torch, safetensors.torch as s; s.save_file(torch.load("${path}", map_location="cpu", weights_only=True), "${target}")'`,
      },
    ],
  });
}
