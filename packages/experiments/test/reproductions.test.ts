import { expect, test } from "vitest";
import { reproductions } from "../src/index.ts";

test.each(Object.entries(reproductions))("%s: every statement holds, and the files are whole", (name, reproduction) => {
  expect(name).toMatch(/^[a-z-]+$/);
  expect(reproduction.paper).toMatch(/^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{5}$/);
  const { claims, method, files } = reproduction.run();
  expect(claims.filter(({ holds }) => !holds)).toEqual([]);
  expect(claims.length).toBeGreaterThanOrEqual(2);
  for (const { measured } of claims) expect(measured).toMatch(/\d|Adagrad/);
  expect(method).toMatch(/\.$/);
  for (const [file, contents] of files) {
    if (file.endsWith(".svg")) expect(contents).toMatch(/^<svg .*<\/svg>\n$/s);
    else expect(contents.split("\n").length).toBeGreaterThan(5);
    expect(contents).not.toMatch(/NaN|undefined|Infinity/);
  }
  if (name !== "ruder-surfaces") return;
  // The animations move a dot and its name for each method, one step at a time.
  for (const file of ["contours.svg", "saddle.svg"]) {
    const svg = files.get(file) as string;
    const moves = [...svg.matchAll(/<animate [^>]*values="([^"]*)"/g)].map(
      ([, values = ""]) => values.split(";").length,
    );
    expect(moves).toHaveLength(24);
    expect(new Set(moves).size).toBe(1);
  }
});
