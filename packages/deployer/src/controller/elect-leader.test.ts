import { describe, expect, test } from 'vitest';
import { ClusterError } from '../cluster/cluster-error.ts';
import type { Cluster, LiveObject } from '../cluster/index.ts';
import { electLeader, type LeaderTimes } from './elect-leader.ts';
import { held, mayHold, released, sight } from './lease.ts';

describe('a lease', () => {
  const spec = held(undefined, 'a', 15, new Date(0));

  test('is written as the API has it, and counts how often it changed hands', () => {
    expect(spec).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '1970-01-01T00:00:00.000000Z',
      renewTime: '1970-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    expect(held(spec, 'a', 15, new Date(1234))).toEqual({ ...spec, renewTime: '1970-01-01T00:00:01.234000Z' });
    expect(held(spec, 'b', 15, new Date(1234))).toMatchObject({ leaseTransitions: 1, acquireTime: '1970-01-01T00:00:01.234000Z' });
  });

  test.each([
    ['its own', 'a', 0, true],
    ["another's that is fresh", 'b', 14_999, false],
    ["another's that has run out", 'b', 15_000, true],
  ])('that is %s may be held: %s after %i ms: %s', (_, identity, now, may) => {
    expect(mayHold({ spec, at: 0 }, identity, now)).toBe(may);
  });

  test('that was given back, or never held, may be held at once', () => {
    expect(mayHold({ spec: released(spec, new Date(1)), at: 0 }, 'b', 0)).toBe(true);
    expect(mayHold({ spec: {}, at: 0 }, 'b', 0)).toBe(true);
  });

  test("runs out by the candidate's own clock: from when it saw the last renewal, whatever time that says", () => {
    const first = sight(undefined, { ...spec, renewTime: '2099-01-01T00:00:00.000000Z' }, 1000);
    expect(sight(first, { ...first.spec }, 9000)).toBe(first);
    expect(sight(first, { ...first.spec, renewTime: '1999-01-01T00:00:00.000000Z' }, 9000).at).toBe(9000);
  });
});

/** Leases kept in memory, with the API's rules for `resourceVersion`. */
function memory() {
  let stored: LiveObject | undefined;
  let version = 0;
  const write = (object: unknown): LiveObject => {
    const { metadata } = object as LiveObject;
    return (stored = {
      ...(object as LiveObject),
      metadata: { ...metadata, uid: '1', creationTimestamp: '', resourceVersion: String(++version) },
    });
  };
  const cut = new Set<string>();
  let looks = 0;
  /** The API as one candidate reaches it: not at all while it is cut off. */
  const reachedBy = (identity: string): Pick<Cluster, 'get' | 'create' | 'replace'> => {
    const reach = async (): Promise<void> => {
      await new Promise(setImmediate);
      if (cut.has(identity)) throw new ClusterError('unreachable', 'cut off');
    };
    return {
      get: async () => (looks++, await reach(), stored && structuredClone(stored)),
      create: async (object) => {
        await reach();
        if (stored !== undefined) throw new ClusterError('exists', 'exists');
        return write(object);
      },
      replace: async (object) => {
        await reach();
        if ((object as LiveObject).metadata.resourceVersion !== stored?.metadata.resourceVersion)
          throw new ClusterError('conflict', 'conflict');
        return write(object);
      },
    };
  };
  return { reachedBy, cut, looks: () => looks, renewals: () => version };
}

const times: LeaderTimes = { leaseSeconds: 1, renewSeconds: 0.6, retrySeconds: 0.04 };

/** Candidates for one lease, and who leads. */
function election() {
  const { reachedBy, cut, looks, renewals } = memory();
  const leaders = new Set<string>();
  const log: string[] = [];
  let most = 0;
  const run = (identity: string) => {
    const abort = new AbortController();
    const done = electLeader({
      cluster: reachedBy(identity),
      namespace: 'n',
      name: 'l',
      identity,
      times,
      onLead: () => {
        leaders.add(identity);
        most = Math.max(most, leaders.size);
        log.push(`${identity} leads`);
      },
      onStop: (why) => {
        leaders.delete(identity);
        log.push(`${identity} stops: ${why}`);
      },
      onError: () => {},
      signal: abort.signal,
    });
    return { stop: async () => (abort.abort(), done) };
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { run, cut, leaders, log, until, looks, renewals, most: () => most };
}

describe('of several candidates', () => {
  test('one leads, and the next as soon as it gives the lease back', async () => {
    const { run, leaders, log, until, most } = election();
    const a = run('a');
    await until(() => leaders.has('a'));
    const others = [run('b'), run('c')];
    await a.stop();
    await until(() => leaders.size === 1);
    expect(log.slice(0, 2)).toEqual(['a leads', 'a stops: it is being stopped']);
    expect(most()).toBe(1);
    await Promise.all(others.map((each) => each.stop()));
    expect(leaders.size).toBe(0);
  });

  test('a leader that is cut off steps down by itself before another leads, and stands by when it is back', async () => {
    const { run, cut, leaders, log, until, most } = election();
    const a = run('a');
    await until(() => leaders.has('a'));
    const b = run('b');
    cut.add('a');
    await until(() => leaders.has('b'));
    expect(log).toEqual(['a leads', 'a stops: the lease l could not be renewed for 0.6 s', 'b leads']);
    cut.delete('a');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([...leaders]).toEqual(['b']);
    await b.stop();
    await until(() => leaders.has('a'));
    expect(most()).toBe(1);
    await a.stop();
  });

  test('a leader renews without a look at the lease, as long as nobody else has written it', async () => {
    const { run, until, looks, renewals, leaders } = election();
    const a = run('a');
    await until(() => renewals() === 4);
    expect(looks()).toBe(1);
    expect(leaders.size).toBe(1);
    await a.stop();
  });

  test('all start at once, and one leads', async () => {
    const { run, leaders, until, most } = election();
    const all = ['a', 'b', 'c', 'd', 'e'].map(run);
    await until(() => leaders.size > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(leaders.size).toBe(1);
    expect(most()).toBe(1);
    await Promise.all(all.map((each) => each.stop()));
  });
});
