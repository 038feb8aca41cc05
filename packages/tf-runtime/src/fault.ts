import { ArtifactError, type Artifact } from '@switchyard/artifact';
import { TensorFlowError } from '@switchyard/tensorflow';

/**
 * What is wrong with an artifact, with its name: CORRUPT where it cannot be loaded, FOREIGN where it is not what it states.
 * @param why in words, or what was thrown; what is no fault of the model is given back as it is
 */
export function fault({ manifest }: Artifact, code: 'CORRUPT' | 'FOREIGN', why: unknown): unknown {
  if (typeof why !== 'string' && !(why instanceof TensorFlowError)) return why;
  const [words, cause] = typeof why === 'string' ? [why, undefined] : [why.message, why];
  return new ArtifactError(code, `model "${manifest.name}" version ${manifest.version}: ${words}`, cause && { cause });
}
