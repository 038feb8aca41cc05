// Bundles and images of components.
//
//     node tools/image/main.ts bundle rf-runtime [folder]
//     node tools/image/main.ts build rf-runtime [--push] [--registry R] [--tag T] [--node-image I]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildImage } from './build-image.ts';
import { bundle } from './bundle.ts';
import { readComponent, type Component } from './component.ts';
import { docker } from './docker.ts';

const workspace = join(import.meta.dirname, '../..');
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
  if (command === 'bundle') await writeBundle(component, folder ?? folderOf(component), folder === undefined);
  else if (command === 'build') await writeImage(component);
  else throw new Error(`"${command ?? ''}" is neither "bundle" nor "build"`);
} catch (error) {
  console.error(process.env['DEBUG'] ? error : (error as Error).message);
  process.exitCode = 1;
}

async function writeBundle(component: Component, folder: string, beside: boolean): Promise<void> {
  const { sbom, contents } = await bundle(workspace, component, folder);
  if (beside) writeFileSync(`${folder}.sbom.json`, sbom);
  console.log(`${component.name} ${component.version}: code of ${contents.length} packages in ${folder}`);
}

async function writeImage(component: Component): Promise<void> {
  const tag = `switchyard/${component.name}:${values.tag ?? component.version}`;
  if (values.push && !values.registry) throw new Error('where to push to? give --registry, or REGISTRY in the environment');
  const pushed = `${values.registry}/${tag}`;
  if (dryRun) return console.log(values.push ? `would build and push ${pushed}` : `would build ${tag}`);
  await writeBundle(component, folderOf(component), true);
  const image = await buildImage(workspace, component, folderOf(component), { tag, nodeImage: values['node-image'] });
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  console.log(`${tag} is ${image.id}: ${megabytes(image.bytes - image.baseBytes)} MB over the ${megabytes(image.baseBytes)} of Node`);
  if (!values.push) return;
  await docker(['tag', tag, pushed]);
  await docker(['push', '--quiet', pushed]);
  console.log(`pushed ${await docker(['image', 'inspect', '--format', '{{join .RepoDigests " "}}', pushed])}`);
}

function folderOf({ name }: Component): string {
  return join(workspace, 'dist/image', name);
}
