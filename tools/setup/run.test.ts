import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';

// Each test has a workspace of its own, with a real npm that installs one local package: "node".
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'setup-'));
  cpSync(import.meta.dirname, join(root, 'tools/setup'), { recursive: true });
  mkdirSync(join(root, 'own-node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(root, 'own-node/bin/node'));
  write('own-node/package.json', { name: 'node', version: '1.0.0', bin: { node: 'bin/node' } });
  write('package.json', { name: 'w', dependencies: { node: 'file:own-node' }, scripts: { start: 'node tools/setup/run.mjs wait.mts' } });
  lock({});
  writeFileSync(join(root, 'hello.mts'), 'console.log(JSON.stringify([process.argv.slice(2), process.execArgv]));');
  writeFileSync(
    join(root, 'wait.mts'), // says its process id, then what happens to it
    `for (const name of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(name, () => { console.log(name); process.exit(7); });
     console.log(process.pid);
     setInterval(() => {}, 1000);`,
  );
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: object): void {
  writeFileSync(join(root, path), JSON.stringify(content));
}

function lock(further: object): void {
  const packages = { '': { dependencies: { node: 'file:own-node' } }, 'own-node': { name: 'node', version: '1.0.0' } };
  write('package-lock.json', {
    lockfileVersion: 3,
    packages: { ...packages, 'node_modules/node': { resolved: 'own-node', link: true } },
    ...further,
  });
}

function run(...parameters: string[]) {
  return spawnSync(process.execPath, ['tools/setup/run.mjs', ...parameters], { cwd: root, encoding: 'utf8' });
}

function start(command = process.execPath, parameters = ['tools/setup/run.mjs', 'wait.mts']): ChildProcess & { seen: string } {
  const env = { ...process.env, npm_lifecycle_event: 'start' };
  const child = Object.assign(spawn(command, parameters, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env }), { seen: '' });
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (child.seen += chunk));
  return child;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20); // the test's own time limit ends it
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The process id that wait.mts prints first. */
async function grandchild(child: { seen: string }): Promise<number> {
  await until(() => /^\d+$/m.test(child.seen));
  return Number(/^\d+$/m.exec(child.seen)![0]);
}

it('installs at the first start, and no more until package-lock.json changes', () => {
  const first = run('hello.mts', 'a', '--b');
  expect(first.stderr).toMatch(/^Installing dependencies \(npm ci\) … done in \d+ s\n$/);
  expect(JSON.parse(first.stdout)).toEqual([['a', '--b'], ['--conditions=@switchyard/source']]);
  expect(run('hello.mts').stderr).toBe('');
  lock({ name: 'renamed' });
  expect(run('hello.mts').stderr).toBe(''); // what npm recorded as installed is what the changed file wants
  writeFileSync(join(root, 'node_modules/left-by-hand'), '');
  lock({
    packages: {
      '': { dependencies: { node: 'file:own-node' } },
      ...JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages,
      'own-node': { name: 'node', version: '1.0.1' },
    },
  });
  write('own-node/package.json', { name: 'node', version: '1.0.1', bin: { node: 'bin/node' } });
  expect(run('hello.mts').stderr).toContain('done');
  expect(existsSync(join(root, 'node_modules/left-by-hand'))).toBe(false);
});

it('leaves an installation alone that somebody made with npm by hand', () => {
  spawnSync('npm', ['ci', '--no-audit'], { cwd: root });
  expect(run('hello.mts')).toMatchObject({ status: 0, stderr: '' });
});

it('installs once where two start at the same time', async () => {
  const both = [1, 2].map(() => {
    const child = spawn(process.execPath, ['tools/setup/run.mjs', 'hello.mts'], { cwd: root });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    return once(child, 'close').then(([code]) => ({ code, text }));
  });
  const results = await Promise.all(both);
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  expect(results.filter(({ text }) => text.includes('Installing'))).toHaveLength(1);
});

it('takes the lock of a set-up that was killed', () => {
  mkdirSync(join(root, '.switchyard'));
  writeFileSync(join(root, '.switchyard/setup.lock'), 'dead');
  utimesSync(join(root, '.switchyard/setup.lock'), new Date(0), new Date(0));
  expect(run('hello.mts').status).toBe(0);
  expect(existsSync(join(root, '.switchyard/setup.lock'))).toBe(false);
});

it('shows what npm said where the installation fails', () => {
  write('package.json', { name: 'w', dependencies: { node: 'file:own-node', other: 'file:nowhere' } });
  const { status, stdout, stderr } = run('hello.mts');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/failed\n[^]*npm error[^]*other[^]*npm ci in .* failed \(exit code 1\)/);
});

it('refuses an old Node in words', () => {
  const old = 'data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.18.3" } })';
  const { status, stderr } = spawnSync(process.execPath, ['--import', old, 'tools/setup/run.mjs', 'hello.mts'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('needs Node 20.19 or newer; this is Node 20.18.3');
});

it('ends as its child ends, by code or by signal', () => {
  writeFileSync(join(root, 'code.mts'), 'process.exit(42)');
  writeFileSync(join(root, 'signal.mts'), 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)');
  expect(run('code.mts').status).toBe(42);
  expect(run('signal.mts').signal).toBe('SIGKILL');
});

it.each(['SIGTERM', 'SIGINT'] as const)('passes %s on to its child', async (signal) => {
  const child = start();
  await grandchild(child);
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([7, null]);
  expect(child.seen).toContain(signal);
});

it('lets its child know that it was killed', async () => {
  const child = start();
  const pid = await grandchild(child);
  child.kill('SIGKILL');
  await until(() => !isAlive(pid));
  expect(child.seen).toContain('disconnect');
});

it('ends its child when the npm that started it was killed', async () => {
  const npm = start('npm', ['start']);
  const pid = await grandchild(npm);
  npm.kill('SIGKILL');
  await until(() => !isAlive(pid));
  expect(npm.seen).toContain('SIGTERM');
});

it('tests wait for the native library of TensorFlow, and are told once why there is none', () => {
  mkdirSync(join(root, 'packages/tensorflow/src/native'), { recursive: true });
  write('tools/package.json', { type: 'module' });
  const setUp = join(root, 'packages/tensorflow/src/native/set-up.ts');
  writeFileSync(
    setUp,
    "console.log('downloading'); await new Promise((done) => setTimeout(done, 300)); console.log('no native library: no way');",
  );
  writeFileSync(
    join(root, 'tools/check.ts'),
    "import { readFileSync } from 'node:fs'; console.log(readFileSync('.switchyard/tensorflow.log', 'utf8'));",
  );
  write('packages/tensorflow/package.json', { type: 'module' });
  const { stdout, stderr } = run('tools/check.ts');
  expect(stdout.trim()).toBe('downloading\nno native library: no way');
  expect(stderr).toMatch(/Setting up the native library [^]*TensorFlow computes by WebAssembly: no native library: no way\n$/);
  writeFileSync(setUp, "console.log('ready: it is there');");
  expect(run('tools/check.ts').stderr).toBe('');
});

it('the start does not wait for the native library, and ends its set-up with itself', async () => {
  mkdirSync(join(root, 'packages/tensorflow/src/native'), { recursive: true });
  mkdirSync(join(root, 'apps/cli/src'), { recursive: true });
  const pidFile = join(root, 'pid');
  const setUp = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
    process.on('disconnect', () => process.exit()); setInterval(() => {}, 1000);`;
  writeFileSync(join(root, 'packages/tensorflow/src/native/set-up.ts'), setUp);
  write('packages/tensorflow/package.json', { type: 'module' });
  cpSync(join(root, 'wait.mts'), join(root, 'apps/cli/src/main.ts'));
  const child = start(process.execPath, ['tools/setup/run.mjs', 'apps/cli/src/main.ts', 'up']);
  await grandchild(child);
  await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([7, null]);
  await until(() => !isAlive(Number(readFileSync(pidFile, 'utf8'))));
});
