// After `npm install`: names in package-lock.json the builds of a tool for other systems that npm left
// out because the registry at hand does not carry them. Without their names `npm ci` refuses the file;
// with them it skips what is for another system, and other systems find what they need.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const CPUS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Reads `linux-arm64-musl` at the end of a package's name. */
function target(name) {
  const words = name.split('/').pop().split('-');
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = words.includes('arm') ? 'arm' : CPUS.find((one) => words.includes(one));
  return os && cpu ? { os: [os], cpu: [cpu] } : null;
}

const added = [];
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const nested = `${path}/node_modules/${name}`;
    const top = `node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[top]) continue;
    const system = target(name);
    if (!system || !/^\d/.test(version)) continue;
    lock.packages[top] = { version, ...system, ...(dev ? { dev } : {}), optional: true };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries(sorted);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} builds for other systems named`);
