export { ArtifactError, type ArtifactErrorCode } from './artifact-error.ts';
export { contentDigest } from './content-digest.ts';
export { expectFormat } from './expect-format.ts';
export { fileStore } from './file-store.ts';
export { manifestSchema, type Draft, type Manifest, type Scaling } from './manifest.ts';
export { openStore } from './open-store.ts';
export { parseReference, type Reference } from './reference.ts';
export type { Artifact, Store } from './store.ts';
