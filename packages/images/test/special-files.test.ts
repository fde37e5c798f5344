import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { openDataSet, readImage } from "../src/index.ts";
import { folderWith, newFolder } from "./temporary.ts";

const picture = (blue: number): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 9, g: 120, b: blue } } })
    .png()
    .toBuffer();

const twoClasses = async (): Promise<string> =>
  folderWith({
    "cats/1.png": await picture(0),
    "cats/2.png": await picture(1),
    "dogs/1.png": await picture(2),
    "dogs/2.png": await picture(3),
  });

const open = (folder: string) => openDataSet(folder, { cache: newFolder(), validationShare: 0 });

describe.skipIf(process.platform === "win32")("files that are not regular", () => {
  test("pipes, sockets and devices are left out with a note, and reading ends", async () => {
    const folder = await twoClasses();
    expect(spawnSync("mkfifo", [join(folder, "cats/pipe.jpg"), join(folder, "train-images-idx3-ubyte")]).status).toBe(
      0,
    );
    symlinkSync("/dev/zero", join(folder, "dogs/zero.png"));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, "dogs/socket.png"), resolve));
    try {
      const { train, report } = await open(folder);
      expect(train.length).toBe(4);
      expect(report.findings[0]).toBe(
        "4 pipes, sockets or devices are left out: train-images-idx3-ubyte, cats/pipe.jpg, dogs/socket.png, dogs/zero.png.",
      );
      await expect(readImage(join(folder, "cats/pipe.jpg"), [3, 8, 8])).rejects.toThrow(
        "cats/pipe.jpg: it is a pipe, socket or device. Expected a file.",
      );
    } finally {
      server.close();
    }
  });

  test.skipIf(process.platform !== "linux")(
    "names that are not valid UTF-8, as unpackers leave them, are reported",
    async () => {
      const folder = await twoClasses();
      const latin = (name: string): Buffer => Buffer.from(join(folder, name), "latin1");
      copyFileSync(join(folder, "cats/1.png"), latin("cats/caf\u00e9.png"));
      const { train, report } = await open(folder);
      expect(train.length).toBe(4);
      expect(report.failures).toEqual([
        { path: "cats/caf\ufffd.png", reason: "it cannot be read: its name is not valid UTF-8: rename it" },
      ]);
      mkdirSync(latin("\u00e9l\u00e9phants"));
      await expect(open(folder)).rejects.toThrow(
        "/\ufffdl\ufffdphants: the folder's name is not valid UTF-8, so its images cannot be opened. Rename it",
      );
    },
  );

  test("broken and circular links are reported as images that cannot be read", async () => {
    const folder = await twoClasses();
    symlinkSync("self.jpg", join(folder, "cats/self.jpg"));
    symlinkSync("nowhere.jpg", join(folder, "cats/gone.jpg"));
    symlinkSync("loop", join(folder, "dogs/loop"));
    symlinkSync("..", join(folder, "dogs/up"));
    const { train, report } = await open(folder);
    expect(train.length).toBe(4);
    expect(report.failures).toEqual([
      { path: "cats/gone.jpg", reason: "it cannot be read: there is no such file or folder" },
      { path: "cats/self.jpg", reason: "it cannot be read: its symbolic links form a loop" },
    ]);
  });

  test.skipIf(process.getuid?.() === 0)("a folder without permission is refused by its name", async () => {
    const folder = await twoClasses();
    chmodSync(join(folder, "dogs"), 0);
    try {
      await expect(open(folder)).rejects.toThrow(
        `${join(folder, "dogs")}: the folder cannot be read: permission denied`,
      );
    } finally {
      chmodSync(join(folder, "dogs"), 0o755);
    }
  });

  test("a missing image or a folder is refused with the reason", async () => {
    const folder = await twoClasses();
    await expect(readImage(join(folder, "none.png"), [3, 8, 8])).rejects.toThrow(
      "none.png: it cannot be read: there is no such file or folder",
    );
    await expect(readImage(folder, [3, 8, 8])).rejects.toThrow(`${folder}: it is a folder. Expected a file.`);
  });
});
