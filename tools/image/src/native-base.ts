import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docker } from './docker.ts';
import { nativeSbom } from './native-sbom.ts';
import { settleImage } from './settle-image.ts';
import { entriesOf, packTar, type TarEntry } from './tar.ts';

/** Where the library is in an image. */
const place = '/opt/tensorflow';

const epoch = '1970-01-01T00:00:00Z'; // it is of no commit

/**
 * The base of images that compute with the native library of TensorFlow: Node, and the library of this machine beside it, which every image
 * of TensorFlow shares. It is set up where it is not there yet, and made anew only for another Node or another library.
 *
 * @returns its tag, `switchyard/node-tensorflow:<digest of both>`
 * @throws Error where there is no library for this machine, or it does not load on that Node
 */
export async function nativeBase(workspace: string, nodeImage: string): Promise<string> {
  const folder = await setUp(workspace);
  const node = await docker(['image', 'inspect', '--format', '{{.Id}}', nodeImage]).catch(() => pull(nodeImage));
  const record = readFileSync(join(folder, 'library.json'));
  const tag = `switchyard/node-tensorflow:${createHash('sha256').update(node).update(record).digest('hex').slice(0, 16)}`;
  if (await docker(['image', 'inspect', '--format', '{{.Id}}', tag]).catch(() => '')) return tag;
  await docker(['build', '--tag', tag, '--build-arg', `NODE_IMAGE=${nodeImage}`, '-'], packTar(context(folder, workspace)));
  await settleImage(tag, nodeImage, epoch);
  await tryOut(tag).catch(async (error: unknown) => {
    await docker(['rmi', tag]);
    throw error;
  });
  return tag;
}

function context(folder: string, workspace: string): TarEntry[] {
  const lines = [
    'ARG NODE_IMAGE',
    'FROM ${NODE_IMAGE}',
    `COPY library ${place}`,
    `ENV SWITCHYARD_TENSORFLOW_LIBRARY=${place}`,
    'LABEL org.opencontainers.image.title="switchyard/node-tensorflow" org.opencontainers.image.licenses="Apache-2.0"',
  ];
  return [
    { name: 'Dockerfile', data: Buffer.from(lines.join('\n')) },
    ...entriesOf(folder, 'library'),
    { name: 'library/sbom.json', data: Buffer.from(nativeSbom(folder)) },
    { name: 'library/LICENSE', data: readFileSync(join(workspace, 'LICENSE')) }, // TensorFlow's is the same
  ];
}

/** The add-on was compiled against the C library of this machine, and the image has its own. */
async function tryOut(tag: string): Promise<void> {
  const script = `console.log(require('${place}/tfjs-node/lib/napi-v8/tfjs_binding.node').TF_Version)`;
  await docker(['run', '--rm', '--read-only', '--network', 'none', '--user', '1000:1000', '--entrypoint', 'node', tag, '-e', script]);
}

/** As `npm start` does it: verified to the last byte. */
async function setUp(workspace: string): Promise<string> {
  const file = join(workspace, 'packages/tensorflow/src/native/set-up.ts');
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1' };
  const run = promisify(execFile)(process.execPath, ['--conditions=@switchyard/source', file], { cwd: workspace, env });
  const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
    throw new Error(`no image with the native library of TensorFlow: ${error.stdout?.trim() || error.message}`, { cause: error });
  });
  const folder = /^ready: .* in (.*)$/m.exec(stdout)?.[1];
  if (folder === undefined || !existsSync(folder)) throw new Error(`the set-up of TensorFlow said no folder: ${stdout}`);
  return folder;
}

async function pull(image: string): Promise<string> {
  await docker(['pull', '--quiet', image]);
  return docker(['image', 'inspect', '--format', '{{.Id}}', image]);
}
