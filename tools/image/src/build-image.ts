import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Component } from './component.ts';
import { docker } from './docker.ts';
import { settleImage } from './settle-image.ts';
import { entriesOf, packTar } from './tar.ts';

export type ImageOptions = {
  /** What Node is in it. */
  readonly nodeImage: string;
  /** Its whole name, `switchyard/rf-runtime:0.1.0`. */
  readonly tag: string;
  readonly origin: Origin;
  /** That nothing which Docker has from an earlier build is used. */
  readonly fresh?: boolean;
};

/** Of which commit an image is made. */
export type Origin = { readonly revision: string; readonly source: string; readonly created: string };

export type Image = { readonly tag: string; readonly id: string; readonly bytes: number; readonly baseBytes: number };

/**
 * Builds the image of a component out of its bundle by the last stage of the Dockerfile: no network, no shell, the same bundle at the same
 * commit giving the same image.
 *
 * @param folder the bundle
 */
export async function buildImage(workspace: string, component: Component, folder: string, options: ImageOptions): Promise<Image> {
  const { nodeImage, tag, fresh = false } = options;
  const { revision, source, created } = options.origin;
  const parameters = {
    NODE_IMAGE: nodeImage,
    COMPONENT: basename(component.root),
    VERSION: component.version,
    PORTS: component.ports.join(' '),
    REVISION: revision,
    SOURCE: source,
    CREATED: created,
  };
  const context = packTar([
    { name: 'Dockerfile', data: Buffer.from(lastStage(readFileSync(join(workspace, 'tools/image/Dockerfile'), 'utf8'))) },
    ...entriesOf(folder, 'app'),
    { name: 'data/' },
  ]);
  const given = Object.entries(parameters).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  await docker(['build', '--tag', tag, ...(fresh ? ['--no-cache'] : []), ...given, '-'], context);
  const id = await settleImage(tag, nodeImage, created);
  return { tag, id, bytes: await sizeOf(tag), baseBytes: await sizeOf(nodeImage) };
}

/** The Dockerfile with a bundle from the context in place of the stages that make one. */
export function lastStage(dockerfile: string): string {
  const [, last] = dockerfile.split('# last stage\n');
  if (last === undefined) throw new Error('tools/image/Dockerfile has no line "# last stage"');
  return `ARG NODE_IMAGE\nFROM scratch AS bundle\nCOPY app /out/app\nCOPY data /out/data\n${last}`;
}

/** What is checked out. Its time is the image's, unless SOURCE_DATE_EPOCH (seconds) says another: not that of the build. */
export function readOrigin(workspace: string): Origin {
  const epoch = process.env['SOURCE_DATE_EPOCH'] ?? git(workspace, 'log', '-1', '--format=%ct');
  return {
    revision: git(workspace, 'describe', '--always', '--abbrev=40', '--exclude=*', '--dirty') || 'unknown',
    source: withoutUser(git(workspace, 'remote', 'get-url', 'origin')),
    created: new Date(Number(epoch) * 1000).toISOString().replace('.000Z', 'Z'),
  };
}

/** What git says; nothing where it has nothing to say, as outside of a clone. */
function git(workspace: string, ...parameters: string[]): string {
  try {
    return execFileSync('git', parameters, { cwd: workspace, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** A remote's address may have a password in it. */
const withoutUser = (url: string): string => url.replace(/^(\w+:\/\/)[^/@]*@/, '$1');

async function sizeOf(image: string): Promise<number> {
  return Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]));
}
