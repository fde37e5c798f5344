import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** Elements whose address the browser requests when it shows a page. */
const REQUESTED = /<(?:script|img|link|use|source|iframe)\b[^>]*?\s(?:src|href)="([^"]+)"[^>]*>/g;
const LINK = /<a\b[^>]*?\shref="([^"]*)"/g;
const ID = /\s(?:id|name)="([^"]+)"/g;

/**
 * Problems of a built site, as lines of text: dead links, links to anchors that do not exist, missing files, and files
 * that would come from another host.
 * @param {string} folder the folder with the site's index.html
 */
export function problemsOf(folder) {
  const files = readdirSync(folder, { recursive: true }).map((file) => join(folder, file));
  const pages = new Map(
    files.filter((file) => file.endsWith(".html")).map((file) => [file, readFileSync(file, "utf8")]),
  );
  const anchors = new Map();
  const hasAnchor = (page, anchor) => {
    if (!anchors.has(page)) anchors.set(page, new Set([...pages.get(page).matchAll(ID)].map(([, id]) => decode(id))));
    return anchors.get(page).has(anchor);
  };
  const problemOf = (page, address) => {
    const [path, anchor] = address.split("#");
    const target =
      path === "" ? page : fileAt(path.startsWith("/") ? join(folder, path) : resolve(dirname(page), path));
    if (!existsSync(target)) return "does not exist";
    if (!anchor || !pages.has(target)) return null;
    return hasAnchor(target, decodeURIComponent(anchor)) ? null : "has no such anchor";
  };
  const problems = [];
  for (const [page, html] of pages) {
    const report = (address, problem) => problem && problems.push(`${relative(folder, page)}: ${address} ${problem}`);
    for (const [, address] of html.matchAll(LINK)) {
      if (!isExternal(address)) report(address, problemOf(page, decode(address)));
    }
    for (const [, address] of html.matchAll(REQUESTED)) {
      report(address, isExternal(address) ? "is on another host" : problemOf(page, decode(address)));
    }
  }
  for (const file of files.filter((name) => name.endsWith(".css"))) {
    for (const [, address] of readFileSync(file, "utf8").matchAll(/url\(["']?((?:https?:)?\/\/[^)"']+)/g)) {
      problems.push(`${relative(folder, file)}: ${address} is on another host`);
    }
  }
  return [...new Set(problems)];
}

const isExternal = (address) => /^(?:[a-z]+:|\/\/)/i.test(address);
const decode = (text) => text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#39;", "'");

/** The file that a server sends for a path: that of a folder is its index. */
function fileAt(path) {
  const file = decodeURIComponent(path.split("?")[0]);
  return existsSync(file) && statSync(file).isDirectory() ? join(file, "index.html") : file;
}
