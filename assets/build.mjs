// Builds src/ into dist/: bundles, adds a hash to every name, compresses, and writes dist/manifest.json.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { png } from "./icon.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const src = join(here, "src");
const dist = join(here, "dist");

// Files that are copied unchanged.
const copied = [".svg", ".png", ".ico"];
const MANIFEST = "manifest.webmanifest";

const esbuild = await import("esbuild").catch(() => {
  console.error("esbuild is missing: run `npm ci --ignore-scripts` in assets/ first");
  process.exit(1);
});

/** Bundles the scripts and the style sheet; returns `[logical name, file name, bytes]` of each. */
async function bundles() {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: ["src/app.js", "src/charts.js", "src/app.css"],
    outdir: "dist",
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".svg": "file", ".png": "file" },
    bundle: true,
    format: "esm",
    // app.js imports the charts if a page needs them, by the name of their own entry.
    splitting: true,
    minify: true,
    charset: "utf8",
    // Older browsers don't support light-dark() and oklch(), which the style sheet uses.
    target: ["es2022", "chrome123", "firefox121", "safari17.5"],
    write: false,
    metafile: true,
    logLevel: "warning",
  });
  return result.outputFiles.map((output) => {
    const file = basename(output.path);
    const entry = result.metafile.outputs[`dist/${file}`]?.entryPoint;
    return [entry ? basename(entry) : file, file, Buffer.from(output.contents)];
  });
}

/** The icons, and the web manifest with their names. */
async function copies() {
  const sources = (await readdir(src)).filter((name) => copied.includes(extname(name)));
  const found = await Promise.all(sources.map(async (name) => named(name, await readFile(join(src, name)))));
  const icon = (await readFile(join(src, "favicon.svg"))).toString();
  for (const size of [180, 192, 512]) found.push(named(`icon-${size}.png`, png(icon, size)));

  const manifest = JSON.parse(await readFile(join(src, MANIFEST)));
  for (const entry of manifest.icons) {
    entry.src = found.find(([logical]) => logical === entry.src)?.[1] ?? entry.src;
  }
  return [...found, named(MANIFEST, Buffer.from(JSON.stringify(manifest)))];
}

function named(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  const ending = extname(name);
  return [name, `${basename(name, ending)}-${hash}${ending}`, bytes];
}

const exists = (path) => stat(path).then(() => true, () => false);

/** Writes a file and its smaller compressed variants. An existing file is up to date, because its name contains a hash. */
async function write(file, bytes) {
  const path = join(dist, file);
  if (await exists(path)) return;
  const brotli = await promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  const zipped = await promisify(gzip)(bytes, { level: 9 });
  if (brotli.length < bytes.length) await writeFile(`${path}.br`, brotli);
  if (zipped.length < bytes.length) await writeFile(`${path}.gz`, zipped);
  // Renamed last, so that an interrupted build never leaves a file without its variants.
  await writeFile(`${path}.tmp`, bytes);
  await rename(`${path}.tmp`, path);
}

const built = [...(await bundles()), ...(await copies())];
await mkdir(dist, { recursive: true });
await Promise.all(built.map(([, file, bytes]) => write(file, bytes)));

const manifest = Object.fromEntries(built.map(([name, file, bytes]) => [name, { file, bytes: bytes.length }]));
const list = join(dist, "manifest.json");
await writeFile(`${list}.tmp`, `${JSON.stringify(manifest, null, 2)}\n`);
await rename(`${list}.tmp`, list);

const wanted = new Set(["manifest.json", ...built.flatMap(([, file]) => [file, `${file}.br`, `${file}.gz`])]);
for (const name of await readdir(dist)) {
  // Files with a leading dot belong to make.
  if (!name.startsWith(".") && !wanted.has(name)) await rm(join(dist, name), { recursive: true });
}

for (const [name, , bytes] of built) console.log(`${name.padEnd(24)} ${(bytes.length / 1000).toFixed(1).padStart(7)} KB`);
