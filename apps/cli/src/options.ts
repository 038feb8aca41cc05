import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where models are kept unless `--store` says otherwise: beside the work. */
export const defaultStore = (): string => resolve('.switchyard/models');

/** For logs and the state of routers, one folder a deployment in it. */
export const defaultRunDirectory = '.switchyard/run';

export const defaultUrl = 'http://localhost:8000';

/** The A-B test of the project's own example. */
export const defaultExample = relative(
  process.cwd(),
  fileURLToPath(new URL('../../../examples/mnist/deployments/ab-test.yaml', import.meta.url)),
);
