/** coordination.k8s.io/v1 Lease, `spec`: who leads, and since when. */
export type LeaseSpec = {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
};

/** What a candidate has seen of a lease, and when by its own clock, in ms. The lease's times are by the clocks of others. */
export type Sighting = { readonly spec: LeaseSpec; readonly at: number };

/** The sighting to go by: the former one as long as the lease has not changed since. */
export function sight(before: Sighting | undefined, spec: LeaseSpec, now: number): Sighting {
  const same = before !== undefined && before.spec.renewTime === spec.renewTime && before.spec.holderIdentity === spec.holderIdentity;
  return same ? before : { spec, at: now };
}

/**
 * Whether a candidate may take the lease, or keep it: it is its own, nobody's, or was not renewed for as long as its holder said.
 * As client-go has it, so that candidates in other languages get along with it.
 */
export function mayHold({ spec, at }: Sighting, identity: string, now: number): boolean {
  const holder = spec.holderIdentity ?? '';
  return holder === '' || holder === identity || now - at >= (spec.leaseDurationSeconds ?? 0) * 1000;
}

/** The lease as its holder writes it: anew, or renewed. */
export function held(before: LeaseSpec | undefined, identity: string, durationSeconds: number, now: Date): LeaseSpec {
  const time = microTime(now);
  const renewal = before?.holderIdentity === identity;
  const transitions = before?.leaseTransitions ?? 0;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: durationSeconds,
    acquireTime: renewal ? (before.acquireTime ?? time) : time,
    renewTime: time,
    leaseTransitions: before === undefined || renewal ? transitions : transitions + 1,
  };
}

/** The lease as its holder leaves it, so that the next need not wait. */
export const released = (before: LeaseSpec, now: Date): LeaseSpec => ({
  ...before,
  holderIdentity: '',
  leaseDurationSeconds: 1,
  renewTime: microTime(now),
});

/** The API's `MicroTime`: six digits of the second. */
const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z');
