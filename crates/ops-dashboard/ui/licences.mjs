// The packages that are in a bundle, with their licences. Their texts go into the bundle, as they ask for.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The licences that may be in a bundle. */
const ALLOWED = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"]);

/**
 * The comment with the licences of every package that esbuild took something of. Throws where one has a
 * licence that is not allowed, or none.
 */
export async function notices(metafile, folder) {
  const names = new Set(Object.keys(metafile.inputs).map(packageOf).filter((name) => name !== undefined));
  const texts = await Promise.all([...names].sort().map((name) => notice(join(folder, "node_modules", name))));
  // The end of a comment in a text would end this one.
  return `/*!\n${texts.join("\n\n").replaceAll("*/", "* /")}\n*/\n`;
}

/** The package of a file: `@preact/signals` of `node_modules/@preact/signals/dist/signals.mjs`. */
function packageOf(path) {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1];
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  if (!ALLOWED.has(license)) {
    throw new Error(`${name} has the licence ${license}; the bundle may have ${[...ALLOWED].join(", ")}.`);
  }
  const file = (await readdir(folder)).find((it) => /^licen[sc]e/i.test(it));
  if (file === undefined) throw new Error(`${name} has no text of its licence.`);
  const text = await readFile(join(folder, file), "utf8");
  return `${name} ${version} (${license})\n\n${text.trim()}`;
}
