import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CreateNodes, TargetConfiguration } from '@nx/devkit';

export const name = '@switchyard/nx';

type Targets = Record<string, TargetConfiguration>;

/**
 * Every package is built and tested in the same way; one that has a Dockerfile also builds and pushes its image.
 * So a package has no scripts and no project.json.
 */
export const createNodes: CreateNodes = [
  '{packages,apps}/*/package.json',
  (manifests, _options, { workspaceRoot }) =>
    manifests.map((manifest) => {
      const root = dirname(manifest);
      const has = (file: string) => existsSync(join(workspaceRoot, root, file));
      const { version } = JSON.parse(readFileSync(join(workspaceRoot, manifest), 'utf8')) as { version: string };
      const targets = { ...(has('tsconfig.json') && source(root)), ...(has('Dockerfile') && image(root, version)) };
      return [manifest, { projects: { [root]: { root, targets } } }];
    }),
];

function source(root: string): Targets {
  return {
    build: {
      command: `tsc -p ${root}`,
      dependsOn: ['^build'], // types across packages come from dist, as users get them
      inputs: ['production', '^production'],
      outputs: ['{projectRoot}/dist'],
      cache: true,
    },
    test: { command: 'vitest run --project {projectName}', inputs: ['default', '^production'], cache: true },
  };
}

/** The image of a component has the component's name; its context is the workspace, since it needs the lock file and the libraries. */
function image(root: string, version: string): Targets {
  const tag = `switchyard/${root.replace(/^.*\//, '')}:${version}`;
  return {
    image: { command: `docker build --file ${root}/Dockerfile --tag ${tag} .`, dependsOn: ['build'] },
    'nx-release-publish': {
      command: `if [ "$NX_DRY_RUN" = true ]; then echo would push ${tag}; else docker push ${tag}; fi`,
      dependsOn: ['image'],
    },
  };
}
