import { createHash } from 'node:crypto';
import type { LiveObject } from '../cluster/index.ts';

/** What the controllers of others note on an object without changing what it means. */
const noted = new Set(['deployment.kubernetes.io/revision']);

/** A hash of what an object is meant to be: of all but its status and the API server's own bookkeeping. It changes when somebody changes the object. */
export function fingerprint(object: LiveObject): string {
  const { metadata, status: _, ...meaning } = object;
  const { labels, annotations = {}, ownerReferences } = metadata;
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !noted.has(key)));
  return createHash('sha256')
    .update(JSON.stringify([meaning, labels, kept, ownerReferences]))
    .digest('base64');
}
