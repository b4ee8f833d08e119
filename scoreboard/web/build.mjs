// Builds the page: `node build.mjs [FOLDER]`, by default into the package (gateway/static).
//
// Every file but the document has a hash of its content in its name, so browsers keep it for
// ever; the document names them and is asked for anew each time.

import { build } from 'esbuild';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, '..', 'gateway', 'static');

await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: { app: 'src/main.js', theme: 'src/theme-first.js', style: 'styles/main.css' },
  outdir: folder,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.svg': 'file' },
  bundle: true,
  minify: true,
  format: 'esm',
  // The first that know light-dark().
  target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
  nodePaths: [join(here, 'node_modules')],
  legalComments: 'eof',
  metafile: true,
  logLevel: 'warning',
});

const made = Object.keys(metafile.outputs).map((path) => basename(path));
const named = (stem, ext) => {
  const name = made.find((file) => file.startsWith(`${stem}-`) && file.endsWith(ext));
  if (name === undefined) throw new Error(`the build made no ${stem}${ext}`);
  return `/static/${name}`;
};
const places = {
  APP: named('app', '.js'),
  THEME: named('theme', '.js'),
  STYLE: named('style', '.css'),
};
let page = await readFile(join(here, 'index.html'), 'utf8');
for (const [key, path] of Object.entries(places)) page = page.replaceAll(`{{${key}}}`, path);
await writeFile(join(folder, 'index.html'), page);

let total = 0;
for (const name of (await readdir(folder)).sort()) {
  const bytes = await readFile(join(folder, name));
  const zipped = gzipSync(bytes, { level: 9 }).length;
  total += zipped;
  console.log(`${name.padEnd(24)} ${bytes.length} bytes, ${zipped} with gzip`);
}
console.log(`${'together'.padEnd(24)} ${total} with gzip`);
