import { readFileSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import { type Deployment, DeploymentError, parseDeployments } from '@switchyard/deployment';

/** All SeldonDeployments of files, YAML or JSON; `-` is standard input. */
export function readManifests(files: readonly string[]): Deployment[] {
  return files.flatMap((file) => parseDeployments(readText(file), file === '-' ? 'standard input' : file));
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Where a deployment goes: its own namespace, or the one that was asked for.
 * @throws DeploymentError where these differ: it would be put where its manifest does not say
 */
export function namespaceOf(deployment: Deployment, asked: string | undefined, fallback: string): string {
  const { name, namespace } = deployment;
  if (namespace !== undefined && asked !== undefined && namespace !== asked)
    throw new DeploymentError(name, [{ path: 'metadata.namespace', message: `is "${namespace}", but --namespace says "${asked}"` }]);
  return namespace ?? asked ?? fallback;
}
