import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTree } from './tree.ts';
import { commit, scratchWorkspace, type Scratch } from './test/scratch.ts';

let workspace: Scratch;
beforeAll(() => {
  workspace = scratchWorkspace();
});
afterAll(() => workspace.remove());

const affected = () => workspace.run('nx', 'show', 'projects', '--affected', '--base=HEAD~1', '--head=HEAD').trim().split('\n').toSorted();

/** A package and all that depend on it, by their package.json. */
function dependents(name: string): string[] {
  const { packages } = readTree(workspace.root);
  const found = [name];
  for (const each of found) {
    const users = packages.filter(({ dependencies, devDependencies }) => [...dependencies, ...devDependencies].includes(each));
    found.push(...users.map((user) => user.name).filter((user) => !found.includes(user)));
  }
  return found.toSorted();
}

it('touches only what a change affects', () => {
  for (const name of ['rf-runtime', 'experiment']) {
    appendFileSync(join(workspace.root, `packages/${name}/package.json`), '\n');
    commit(workspace.run, `change ${name}`);
    const touched = affected();
    expect(touched).toEqual(dependents(`@switchyard/${name}`));
    expect(touched.length).toBeLessThan(6); // of about twenty
  }
  writeFileSync(join(workspace.root, 'docs/new.md'), 'words\n');
  commit(workspace.run, 'change a document');
  expect(affected()).toEqual(['']);
});

it('makes the image of a package that has a program, and of no other', () => {
  const targets = (name: string) =>
    JSON.parse(workspace.run('nx', 'show', 'project', name, '--json')).targets as Record<
      string,
      { options: { command: string }; dependsOn: string[]; cache?: boolean; outputs?: string[] }
    >;
  const { bundle, image, build, 'nx-release-publish': publish, ...others } = targets('@switchyard/rf-runtime');
  expect(bundle).toMatchObject({
    options: { command: 'node tools/image/src/main.ts bundle packages/rf-runtime' },
    outputs: ['{workspaceRoot}/dist/image/rf-runtime', '{workspaceRoot}/dist/image/rf-runtime.sbom.json'],
    cache: true,
  });
  expect(image).toMatchObject({ options: { command: 'node tools/image/src/main.ts image packages/rf-runtime' }, dependsOn: ['bundle'] });
  expect(image!.cache).toBeFalsy(); // a Docker engine may have lost it
  expect(publish).toMatchObject({ options: { command: 'node tools/image/src/main.ts publish packages/rf-runtime' } });
  expect(build!.options.command).toBe('tsc -p packages/rf-runtime && node tools/image/src/main.ts join packages/rf-runtime');
  expect(targets('@switchyard/tf-runtime')['build']!.options.command).toBe('tsc -p packages/tf-runtime');
  expect(Object.keys(others).toSorted()).toEqual(['sbom', 'test']);
  expect(Object.keys(targets('@switchyard/config')).toSorted()).toEqual(['build', 'test']);
});

/** Of which packages `nx affected -t image` would make the image after the last commit. */
function affectedImages(): string[] {
  workspace.run('nx', 'affected', '-t', 'image', '--base=HEAD~1', '--head=HEAD', '--graph=.nx/affected.json');
  const { tasks } = JSON.parse(readFileSync(join(workspace.root, '.nx/affected.json'), 'utf8')) as { tasks: { tasks: object } };
  const images = Object.keys(tasks.tasks).filter((task) => task.endsWith(':image'));
  return images.map((task) => task.replace(/^@switchyard\/|:image$/g, '')).toSorted();
}

it('makes anew only the images that a change is in', () => {
  appendFileSync(join(workspace.root, 'packages/experiment/src/index.ts'), '\n');
  commit(workspace.run, 'fix(experiment): change what only the router has');
  expect(affectedImages()).toEqual(['ab-router', 'cli']);
  appendFileSync(join(workspace.root, 'packages/rf-runtime/src/main.ts'), '\n');
  commit(workspace.run, 'fix(rf-runtime): change one');
  expect(affectedImages()).toEqual(['cli', 'rf-runtime']);
  appendFileSync(join(workspace.root, 'tools/image/Dockerfile'), '\n');
  commit(workspace.run, 'build(image): change what is in all');
  expect(affectedImages()).toEqual(expect.arrayContaining(['ab-router', 'cli', 'rf-runtime', 'rf-trainer', 'tf-runtime', 'tf-trainer']));
});

it('shows what a release would do: a version for each component that changed or has a changed library in it', () => {
  for (const { name } of readTree(workspace.root).packages) workspace.run('git', 'tag', `${name}@0.1.0`);
  appendFileSync(join(workspace.root, 'packages/forest/src/index.ts'), '\n');
  commit(workspace.run, 'fix(forest): round thresholds as they were');
  appendFileSync(join(workspace.root, 'packages/rf-runtime/src/main.ts'), '\n');
  commit(workspace.run, 'feat(rf-runtime): serve more');
  process.env['REGISTRY'] = 'registry.example';
  const said = workspace.run('nx', 'release', '--dry-run', '--yes');
  expect([...new Set(said.match(/packages\/\S+\.json is now \S+/g))].toSorted()).toEqual([
    'packages/forest/package.json is now 0.1.1',
    'packages/rf-runtime/package.json is now 0.1.1',
    'packages/rf-trainer/package.json is now 0.1.1', // grows forests
  ]);
  const changelog = said.slice(said.indexOf('packages/rf-runtime/CHANGELOG.md'));
  expect(changelog).toMatch(/## 0\.1\.1[^]*- \*\*rf-runtime:\*\* serve more[^]*- Updated @switchyard\/forest to 0\.1\.1/);
  expect(said.match(/@switchyard\/\S+@0\.1\.1/g)).toContain('@switchyard/rf-runtime@0.1.1');
  expect(said).toContain('would push registry.example/switchyard/rf-runtime, if this release tags a version of it');
  expect(workspace.run('git', 'status', '--short')).toBe('');
  expect(workspace.run('git', 'tag', '--list', '*@0.1.1')).toBe('');
});

it('gives packages their next versions by their commits, with changelogs and tags', () => {
  workspace.run('git', 'config', 'user.name', 'test');
  workspace.run('git', 'config', 'user.email', 'test@localhost');
  workspace.run('nx', 'release', '--skip-publish', '--projects=@switchyard/rf-runtime,@switchyard/tf-runtime');
  const version = (name: string) =>
    JSON.parse(readFileSync(join(workspace.root, `packages/${name}/package.json`), 'utf8')).version as string;
  expect({ rf: version('rf-runtime'), tf: version('tf-runtime') }).toEqual({ rf: '0.1.1', tf: '0.1.0' });
  expect(workspace.run('git', 'tag', '--points-at', 'HEAD').trim()).toBe('@switchyard/rf-runtime@0.1.1');
  expect(readFileSync(join(workspace.root, 'packages/rf-runtime/CHANGELOG.md'), 'utf8')).toContain('serve more');
  expect(workspace.run('nx', 'release', 'publish', '--projects=@switchyard/tf-runtime')).toContain(
    'nothing to push: the tag @switchyard/tf-runtime@0.1.0 is not on this commit', // a tag that exists is not pushed again
  );
});

it('makes a runtime that builds and passes the conformance suite', () => {
  workspace.run('nx', 'g', '@switchyard/nx:runtime', 'linear-runtime', '--skipInstall');
  workspace.run('nx', 'run-many', '-t', 'build', 'test', '-p', '@switchyard/linear-runtime');
  expect(existsSync(join(workspace.root, 'packages/linear-runtime/dist/main.js'))).toBe(true);
  const help = workspace.run('node', 'packages/linear-runtime/dist/main.js', '--help');
  expect(help).toContain('linear-runtime');
  expect(readFileSync(join(workspace.root, 'packages/linear-runtime/README.md'), 'utf8')).toContain('`linear-json`');
  workspace.run('oxlint', 'packages/linear-runtime');
  workspace.run('oxfmt', '--check', 'packages/linear-runtime');
});
