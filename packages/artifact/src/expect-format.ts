import { ArtifactError } from './artifact-error.ts';
import type { Artifact } from './store.ts';

/**
 * What a runtime checks first.
 *
 *     expectFormat(artifact, ['switchyard-forest']);
 *
 * @throws ArtifactError FOREIGN
 */
export function expectFormat({ manifest }: Pick<Artifact, 'manifest'>, formats: readonly string[]): void {
  if (formats.includes(manifest.format)) return;
  const { name, version, format, producer } = manifest;
  throw new ArtifactError(
    'FOREIGN',
    `model "${name}" version ${version} has format "${format}" (made by ${producer}); this runtime serves ${formats.map((each) => `"${each}"`).join(', ')}`,
  );
}
