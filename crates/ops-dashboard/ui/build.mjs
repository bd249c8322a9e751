// Makes the checked-in bundle of `../dist`: one script, one style sheet, the page and its icon, and
// a compressed twin of each but the page. The same sources make the same bytes.

import { appendFile, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

import { notices } from "./licences.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SOURCES = new URL("src/", import.meta.url);
const DIST = new URL("../dist/", import.meta.url);

/** Script and style sheet together, compressed, in bytes. */
const LIMIT = 120 * 1024;

/** Makes the bundle in `folder`. */
export async function bundle(folder = DIST) {
  const path = (name) => fileURLToPath(new URL(name, SOURCES));
  const { metafile } = await build({
    // Names of files in the bundle are relative to it.
    absWorkingDir: HERE,
    metafile: true,
    entryPoints: { app: path("main.tsx") },
    outdir: fileURLToPath(folder),
    bundle: true,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "utf8",
    legalComments: "inline",
    logLevel: "warning",
  });
  await appendFile(new URL("app.js", folder), await notices(metafile, HERE));
  for (const name of ["index.html", "icon.svg"]) {
    await writeFile(new URL(name, folder), await readFile(new URL(name, SOURCES)));
  }
  const sizes = {};
  for (const name of ["app.js", "app.css", "icon.svg"]) {
    const content = await readFile(new URL(name, folder));
    const compressed = gzipSync(content, { level: 9 });
    // The byte for the operating system differs between machines (RFC 1952, section 2.3.1).
    compressed[9] = 255;
    await writeFile(new URL(`${name}.gz`, folder), compressed);
    sizes[name] = compressed.length;
  }
  return sizes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder] = process.argv;
  const sizes = await bundle(folder && pathToFileURL(`${resolve(folder)}/`));
  const together = sizes["app.js"] + sizes["app.css"];
  console.log(`app.js ${sizes["app.js"]}, app.css ${sizes["app.css"]} bytes compressed`);
  if (together > LIMIT) {
    console.error(`The bundle has ${together} bytes compressed; at most ${LIMIT} are allowed.`);
    process.exitCode = 1;
  }
}
