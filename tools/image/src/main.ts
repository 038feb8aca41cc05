// Bundles and images of components.
//
//     node tools/image/src/main.ts bundle rf-runtime [folder]     all that is in the image beside Node, to dist/image/rf-runtime
//     node tools/image/src/main.ts sbom rf-runtime                what that is
//     node tools/image/src/main.ts join rf-runtime                what the compiler made of it, in few files: a part of `nx build rf-runtime`
//     node tools/image/src/main.ts image rf-runtime               the image of it; docs/images.md has the options
//     node tools/image/src/main.ts base                           what images with the native library of TensorFlow are built on
//     node tools/image/src/main.ts publish rf-runtime             bundles, builds and pushes what the release at HEAD is of
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildImage, readOrigin } from './build-image.ts';
import { bundle } from './bundle.ts';
import { readComponent, type Component } from './component.ts';
import { docker } from './docker.ts';
import { joinBuild } from './join-build.ts';
import { nativeBase } from './native-base.ts';
import type { Sbom } from './sbom.ts';

const workspace = join(import.meta.dirname, '../../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    push: { type: 'boolean', default: false },
    registry: { type: 'string', default: process.env['REGISTRY'] ?? '' },
    tag: { type: 'string' },
    native: { type: 'boolean', default: false },
    'node-image': { type: 'string', default: process.env['NODE_IMAGE'] ?? 'node:24-bookworm-slim' },
  },
});
const [command, name = '', folder] = positionals;

try {
  if (command === 'base') await writeBase(values.push);
  else await make(readComponent(workspace, name));
} catch (error) {
  console.error(process.env['DEBUG'] ? error : (error as Error).message);
  process.exitCode = 1;
}

async function make(component: Component): Promise<void> {
  if (command === 'bundle') await writeBundle(component, folder);
  else if (command === 'join') await joinBuild(workspace, component);
  else if (command === 'sbom') showContents(component);
  else if (command === 'image') await writeImage(component, values);
  else if (command === 'publish') await publish(component);
  else throw new Error(`"${command ?? ''}" is none of bundle, join, sbom, image, base, publish`);
}

async function writeBase(push: boolean): Promise<void> {
  const tag = await nativeBase(workspace, values['node-image']);
  console.log(`${tag} has the native library of TensorFlow`);
  if (push) await pushImage(tag);
}

async function writeBundle(component: Component, folder = folderOf(component)): Promise<void> {
  const { sbom, contents } = await bundle(workspace, component, folder);
  if (folder === folderOf(component)) writeFileSync(`${folder}.sbom.json`, sbom);
  console.log(`${component.name} ${component.version}: code of ${contents.length} packages in ${folder}`);
}

function showContents(component: Component): void {
  const file = `${bundled(component)}.sbom.json`;
  const { components } = JSON.parse(readFileSync(file, 'utf8')) as Sbom;
  for (const { group, name, version, licenses } of components) {
    const license = licenses.map((each) => each.expression ?? each.license?.id).join(', ');
    console.log(`${[group, name].filter(Boolean).join('/')} ${version}, ${license}`);
  }
  console.log(`${components.length} packages, as CycloneDX in ${file}`);
}

async function writeImage(component: Component, { push, native }: { push: boolean; native: boolean }): Promise<void> {
  if (native && !component.native) throw new Error(`${component.name} has no TensorFlow in it: --native changes nothing`);
  const tag = `switchyard/${component.name}:${values.tag ?? `${component.version}${native ? '-native' : ''}`}`;
  if (push) registry(); // asked for before there is work
  const node = values['node-image'];
  const options = { tag, nodeImage: native ? await nativeBase(workspace, node) : node, origin: readOrigin(workspace) };
  const image = await buildImage(workspace, component, bundled(component), options);
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  console.log(`${tag} is ${image.id}: ${megabytes(image.bytes - image.baseBytes)} MB over the ${megabytes(image.baseBytes)} of Node`);
  if (push) await pushImage(tag);
}

async function pushImage(tag: string): Promise<void> {
  const pushed = `${registry()}/${tag}`;
  await docker(['tag', tag, pushed]);
  await docker(['push', '--quiet', pushed]);
  console.log(`pushed ${await docker(['image', 'inspect', '--format', '{{join .RepoDigests " "}}', pushed])}`);
}

/** `nx release` asks this of every component. Only of those whose version it has just tagged is there anything new; a tag is pushed once. */
async function publish(component: Component): Promise<void> {
  const image = `${registry()}/switchyard/${component.name}`;
  if (process.env['NX_DRY_RUN'] === 'true') return console.log(`would push ${image}, if this release tags a version of it`);
  const release = `${component.packageName}@${component.version}`;
  const tags = execFileSync('git', ['tag', '--points-at', 'HEAD'], { cwd: workspace, encoding: 'utf8' }).split('\n');
  if (!tags.includes(release)) return console.log(`nothing to push: the tag ${release} is not on this commit`);
  await writeBundle(component);
  await writeImage(component, { push: true, native: false });
  if (component.native) await writeImage(component, { push: true, native: true });
}

function registry(): string {
  if (values.registry) return values.registry;
  throw new Error('where to push to? give --registry, or REGISTRY in the environment');
}

function bundled(component: Component): string {
  const folder = folderOf(component);
  if (existsSync(folder)) return folder;
  throw new Error(`${folder} is not there: bundle first, or use nx, which does`);
}

function folderOf({ name }: Component): string {
  return join(workspace, 'dist/image', name);
}
