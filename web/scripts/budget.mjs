// Fails the build when a phone would have to download too much. Sizes are gzip -9, in kB of 1000.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = process.argv[2];
if (!folder) throw new Error('usage: budget.mjs DIST');

const gzipped = (file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
const sum = (sizes) => sizes.reduce((total, size) => total + size, 0);
const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(6);

// What index.html names is loaded before anything shows; the rest of the scripts come by route.
const html = readFileSync(join(folder, 'index.html'), 'utf8');
const named = [...html.matchAll(/(?:src|href)="\/app\/([^"]+\.(?:js|css))"/g)].map((hit) => hit[1]);
const assets = readdirSync(join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name));
const first = named.filter((name) => name.endsWith('.js'));
const lazy = assets.filter((name) => name.endsWith('.js') && !first.includes(`assets/${name}`));
const css = assets.filter((name) => name.endsWith('.css')).map((name) => `assets/${name}`);
const precached = [
  ...readFileSync(join(folder, 'sw.js'), 'utf8').matchAll(/["']?url["']?:\s*["'`]([^"'`]+)["'`]/g),
].map((hit) => hit[1]);
if (first.length === 0 || precached.length === 0)
  throw new Error('nothing to measure in ' + folder);

const rows = [
  ['JS of the first route', sum(first.map(gzipped)), 45_000, 60_000],
  ...lazy.map((name) => [`lazy ${name}`, gzipped(`assets/${name}`), 15_000, 15_000]),
  ['all CSS', sum(css.map(gzipped)), 15_000, 15_000],
  ['service worker', gzipped('sw.js'), 12_000, 12_000],
  [
    'precache, uncompressed',
    sum(precached.map((f) => statSync(join(folder, f)).size)),
    400_000,
    400_000,
  ],
];

let failed = false;
for (const [what, bytes, aim, limit] of rows) {
  const verdict = bytes > limit ? 'TOO BIG' : bytes > aim ? 'over the aim' : 'ok';
  failed ||= bytes > limit;
  console.log(`${kb(bytes)} kB of ${kb(limit)}  ${verdict.padEnd(12)} ${what}`);
}
if (failed) process.exit(1);
