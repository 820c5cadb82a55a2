// Writes .br and .gz beside the built files, so that the server only has to pick one.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TEXT = /\.(js|css|html|svg|json|webmanifest)$/;
const MIN_BYTES = 512;

const folder = process.argv[2];
if (!folder) throw new Error('usage: compress.mjs FOLDER');

let count = 0;
for (const name of readdirSync(folder, { recursive: true })) {
  const file = join(folder, String(name));
  if (!TEXT.test(file) || !statSync(file).isFile()) continue;
  const plain = readFileSync(file);
  if (plain.length < MIN_BYTES) continue;
  const br = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  });
  writeFileSync(`${file}.br`, br);
  writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }));
  count += 1;
}
console.log(`compressed ${count} files`);
