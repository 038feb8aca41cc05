import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CreateNodes, TargetConfiguration } from '@nx/devkit';

export const name = '@switchyard/nx';

type Targets = Record<string, TargetConfiguration>;

type Manifest = { bin?: Record<string, string>; dependencies?: Record<string, string> };

/**
 * Every package is built and tested in the same way; one that has a program also makes its image, and publishes that when it is released.
 * So a package has no scripts and no project.json.
 */
export const createNodes: CreateNodes = [
  '{packages,apps}/*/package.json',
  (manifests, _options, { workspaceRoot }) =>
    manifests.map((manifest) => {
      const root = dirname(manifest);
      const { bin = {}, dependencies = {} } = JSON.parse(readFileSync(join(workspaceRoot, manifest), 'utf8')) as Manifest;
      const [program] = Object.keys(bin);
      const hasSource = existsSync(join(workspaceRoot, root, 'tsconfig.json'));
      const targets = {
        ...(hasSource && source(root, program !== undefined && joins(dependencies))),
        ...(program && image(root, program)),
      };
      return [manifest, { projects: { [root]: { root, targets } } }];
    }),
];

/**
 * A server is joined into few files, for it to be ready sooner (docs/decisions/0021). One with TensorFlow is not: the native library
 * registers with the one copy of TensorFlow.js that is installed.
 */
function joins(dependencies: Readonly<Record<string, string>>): boolean {
  return '@switchyard/server' in dependencies && !('@switchyard/tensorflow' in dependencies);
}

function source(root: string, joined: boolean): Targets {
  const tool = '{workspaceRoot}/tools/image/src/**/*';
  return {
    build: {
      command: `tsc -p ${root}${joined ? ` && node tools/image/src/main.ts join ${root}` : ''}`,
      dependsOn: ['^build'], // types across packages come from dist, as users get them
      inputs: ['production', '^production', ...(joined ? [tool] : [])],
      outputs: ['{projectRoot}/dist'],
      cache: true,
    },
    test: { command: 'vitest run --project {projectName}', inputs: ['default', '^production'], cache: true },
  };
}

/** The image is called as the program. `nx image rf-runtime --push` builds and pushes it; see docs/images.md for the rest. */
function image(root: string, program: string): Targets {
  const tool = 'node tools/image/src/main.ts';
  const folder = `{workspaceRoot}/dist/image/${program}`;
  const examples = root.startsWith('apps/') ? ['{workspaceRoot}/examples/**/*'] : [];
  const inputs = ['production', '^production', '{workspaceRoot}/tools/image/**/*', ...examples];
  return {
    bundle: {
      command: `${tool} bundle ${root}`,
      inputs,
      outputs: [folder, `${folder}.sbom.json`],
      cache: true,
    },
    sbom: { command: `${tool} sbom ${root}`, dependsOn: ['bundle'] },
    image: { command: `${tool} image ${root}`, dependsOn: ['bundle'], inputs },
    'nx-release-publish': { executor: 'nx:run-commands', options: { command: `${tool} publish ${root}`, forwardAllArgs: false } },
  };
}
