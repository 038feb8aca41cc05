import { expect, test } from 'vitest';
import type { LiveObject } from '../cluster/index.ts';
import { type Change, createObjectCache } from './object-cache.ts';
import { isMeant } from './watch-cluster.ts';

const object = (name: string, version: number, uid = name): LiveObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'n', uid, resourceVersion: String(version), creationTimestamp: '' },
});

/** `a: 1 → 2`, `b: – → 1`. */
const said = (changes: Change[]): string[] =>
  changes.map(({ before, after }) => {
    const version = (each?: LiveObject) => each?.metadata.resourceVersion ?? '–';
    return `${(after ?? before)!.metadata.name}: ${version(before)} → ${version(after)}`;
  });

test('a cache knows everything once it was listed, and tells what each event changes', () => {
  const cache = createObjectCache();
  expect(cache.synced()).toBe(false);
  expect(said(cache.take({ type: 'listed', objects: [object('a', 1), object('b', 2)] }))).toEqual(['a: – → 1', 'b: – → 2']);
  expect(cache.synced()).toBe(true);
  expect(said(cache.take({ type: 'modified', object: object('a', 3) }))).toEqual(['a: 1 → 3']);
  expect(said(cache.take({ type: 'added', object: object('c', 4) }))).toEqual(['c: – → 4']);
  expect(said(cache.take({ type: 'deleted', object: object('b', 5) }))).toEqual(['b: 2 → –']);
  expect([...cache.all()].map((each) => each.metadata.name)).toEqual(['a', 'c']);
});

test('a new list tells what was missed: what is gone, what is new, what is another, and nothing of what is the same', () => {
  const cache = createObjectCache();
  cache.take({ type: 'listed', objects: [object('a', 1), object('b', 2), object('c', 3)] });
  const again = cache.take({ type: 'listed', objects: [object('b', 2), object('c', 7), object('d', 8)] });
  expect(said(again)).toEqual(['a: 1 → –', 'c: 3 → 7', 'd: – → 8']);
});

test('an answer to a write is known ahead of the watch, which then tells nothing new and nothing old', () => {
  const cache = createObjectCache();
  cache.take({ type: 'listed', objects: [object('a', 1)] });
  cache.put(object('a', 10));
  expect(cache.take({ type: 'modified', object: object('a', 9) })).toEqual([]);
  expect(cache.take({ type: 'modified', object: object('a', 10) })).toEqual([]);
  expect(said(cache.take({ type: 'modified', object: object('a', 11) }))).toEqual(['a: 10 → 11']);
});

test('the end of a predecessor does not take away its successor of the same name', () => {
  const cache = createObjectCache();
  cache.take({ type: 'listed', objects: [object('a', 1, 'old')] });
  cache.put(object('a', 5, 'new'));
  expect(cache.take({ type: 'deleted', object: object('a', 4, 'old') })).toEqual([]);
  expect(cache.get('n', 'a')?.metadata.uid).toBe('new');
});

test('a change of the status alone is nobody’s meaning; that of labels, annotations, spec and deletion is', () => {
  const before: LiveObject = { ...object('a', 1), metadata: { ...object('a', 1).metadata, generation: 1 } };
  const after = (meta: object) => ({ ...before, metadata: { ...before.metadata, resourceVersion: '2', ...meta } });
  expect(isMeant(before, { ...after({}), status: { state: 'Available' } })).toBe(false);
  for (const meta of [{ generation: 2 }, { labels: { a: '1' } }, { annotations: {} }, { deletionTimestamp: 'now' }, { uid: 'other' }])
    expect(isMeant(before, after(meta))).toBe(true);
});
