// Bundles and images of components.
//
//     node tools/image/src/main.ts bundle rf-runtime [folder]     all that is in the image beside Node, to dist/image/rf-runtime
//     node tools/image/src/main.ts sbom rf-runtime                what that is
//     node tools/image/src/main.ts image rf-runtime               the image of it; docs/images.md has the options
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildImage } from './build-image.ts';
import { bundle } from './bundle.ts';
import { readComponent, type Component } from './component.ts';
import { docker } from './docker.ts';
import type { Sbom } from './sbom.ts';

const workspace = join(import.meta.dirname, '../../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    push: { type: 'boolean', default: false },
    registry: { type: 'string', default: process.env['REGISTRY'] ?? '' },
    tag: { type: 'string' },
    'node-image': { type: 'string', default: process.env['NODE_IMAGE'] ?? 'node:24-bookworm-slim' },
  },
});
const [command, name = '', folder] = positionals;
const dryRun = process.env['NX_DRY_RUN'] === 'true';

try {
  const component = readComponent(workspace, name);
  if (command === 'bundle') await writeBundle(component, folder);
  else if (command === 'sbom') showContents(component);
  else if (command === 'image') await writeImage(component);
  else throw new Error(`"${command ?? ''}" is none of bundle, sbom, image`);
} catch (error) {
  console.error(process.env['DEBUG'] ? error : (error as Error).message);
  process.exitCode = 1;
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

async function writeImage(component: Component): Promise<void> {
  const tag = `switchyard/${component.name}:${values.tag ?? component.version}`;
  if (values.push && !values.registry) throw new Error('where to push to? give --registry, or REGISTRY in the environment');
  const pushed = `${values.registry}/${tag}`;
  if (dryRun) return console.log(values.push ? `would build and push ${pushed}` : `would build ${tag}`);
  const image = await buildImage(workspace, component, bundled(component), { tag, nodeImage: values['node-image'] });
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  console.log(`${tag} is ${image.id}: ${megabytes(image.bytes - image.baseBytes)} MB over the ${megabytes(image.baseBytes)} of Node`);
  if (!values.push) return;
  await docker(['tag', tag, pushed]);
  await docker(['push', '--quiet', pushed]);
  console.log(`pushed ${await docker(['image', 'inspect', '--format', '{{join .RepoDigests " "}}', pushed])}`);
}

function bundled(component: Component): string {
  const folder = folderOf(component);
  if (existsSync(folder)) return folder;
  throw new Error(`${folder} is not there: bundle first, or use nx, which does`);
}

function folderOf({ name }: Component): string {
  return join(workspace, 'dist/image', name);
}
