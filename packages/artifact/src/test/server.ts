import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@switchyard/conformance';
import { openBucket } from '../object/open-bucket.ts';

/** A real object store, of a folder and a port of its own. */
export type ObjectServer = {
  /** Address of a new, empty bucket. */
  readonly uri: () => string;
  /** What a process needs to find it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: string;
  /** Where an object of such a bucket lies on the disk. */
  readonly path: (uri: string, key: string) => string;
  /** Changes what lies there behind the store's back. */
  readonly behind: (uri: string) => Behind;
  readonly stop: () => Promise<void>;
};

export type Behind = {
  readonly read: (key: string) => Promise<Buffer>;
  readonly write: (key: string, content: string | Uint8Array) => Promise<void>;
  readonly remove: (key: string) => Promise<void>;
};

/** Of a server that has its objects as they are in a folder. */
export const behindFolder = (path: (key: string) => string): Behind => ({
  read: (key) => readFile(path(key)),
  async write(key, content) {
    await mkdir(dirname(path(key)), { recursive: true });
    await chmod(path(key), 0o644).catch(() => {}); // a new file
    await writeFile(path(key), content);
  },
  remove: (key) => rm(path(key)),
});

/** Of one that knows of an object only what it was told. */
function behindServer(uri: string): Behind {
  const bucket = openBucket(uri);
  return {
    read: async (key) => (await bucket.get(key))!.content,
    write: async (key, content) => void (await bucket.put(key, Buffer.from(content))),
    remove: bucket.remove,
  };
}

export const keys = { AWS_ACCESS_KEY_ID: 'switchyard', AWS_SECRET_ACCESS_KEY: 'not-a-secret/of+anybody' };

/** Whether a program is on the PATH; .ci/run builds what tests need where there is Go. */
export const isThere = (program: string): boolean => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined;

/** VersityGW, which speaks S3 over a folder: go install github.com/versity/versitygw/cmd/versitygw@v1.8.0 */
export async function startVersity(): Promise<ObjectServer> {
  const secrets = { ROOT_ACCESS_KEY: keys.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: keys.AWS_SECRET_ACCESS_KEY };
  return start(
    's3',
    'versitygw',
    (port, folder) => ['--quiet', '--port', `127.0.0.1:${port}`, 'posix', folder],
    secrets,
    (url) => ({
      ...keys,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: url,
    }),
  );
}

/** fake-gcs-server, which speaks as Google Cloud Storage does: go install github.com/fsouza/fake-gcs-server@v1.56.1 */
export async function startGcs(): Promise<ObjectServer> {
  const flags = (port: number, folder: string): string[] =>
    `-scheme http -host 127.0.0.1 -port ${port} -backend filesystem -public-host 127.0.0.1:${port} -log-level error -filesystem-root ${folder}`.split(
      ' ',
    );
  return start('gs', 'fake-gcs-server', flags, {}, (url) => ({ STORAGE_EMULATOR_HOST: url }));
}

async function start(
  scheme: string,
  program: string,
  flags: (port: number, folder: string) => string[],
  secrets: Readonly<Record<string, string>>,
  environment: (url: string) => Record<string, string>,
): Promise<ObjectServer> {
  const folder = mkdtempSync(join(tmpdir(), `${program}-`));
  const port = await freePort();
  const child = spawn(program, flags(port, folder), { env: { ...process.env, ...secrets }, stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'spawn').catch((cause: unknown) => {
    throw new Error(`there is no ${program} on the PATH`, { cause });
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    if (await fetch(url).then(Boolean, () => false)) break;
    await pause(20);
  }
  let buckets = 0;
  const path = (uri: string, key: string): string => join(folder, uri.slice(scheme.length + 3), key);
  return {
    url,
    environment: environment(url),
    uri() {
      const bucket = `bucket-${++buckets}`;
      mkdirSync(join(folder, bucket));
      return `${scheme}://${bucket}/some/models`;
    },
    path,
    behind: (uri) => (scheme === 'gs' ? behindServer(uri) : behindFolder((key) => path(uri, key))),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
