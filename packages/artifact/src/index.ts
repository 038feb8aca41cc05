export { manifestSchema, type Draft, type Manifest, type Scaling } from './manifest.ts';
export type { Artifact, Reference, Store } from './store.ts';
