/** An arm that is left out of the draws, at least for so long. */
export type Ejection = { readonly arm: number; readonly forMs: number };

export type HealthOptions = {
  /** Failures in a row after which an arm is left out. */
  readonly failures?: number;
  /** The time for which it is left out at first; doubled with each failure just after its return, up to `mostMs`. */
  readonly baseMs?: number;
  readonly mostMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** Told when an arm is left out, and when it is back. */
  readonly onOut?: (ejection: Ejection) => void;
  readonly onBack?: (arm: number) => void;
};

/** Which arms of a router can answer at present. */
export type ArmHealth = {
  /** The arms to draw from, ascending; undefined for all of them, be it that all are well or that none is. */
  open(): readonly number[] | undefined;
  /** A request was answered, if only with an error of the arm's own. */
  answered(arm: number): void;
  /** A request was not. */
  failed(arm: number): void;
};

/**
 * An arm's phases: `in` the draws; `out` of them until its time is up; `asked` how it is; `trial`: in them again, on probation.
 */
type Arm = { phase: 'in' | 'out' | 'asked' | 'trial'; failures: number; ejections: number; until: number };

/**
 * Leaves an arm out of the draws after some failures in a row, for a while; then asks it how it is, and lets it back in when it says that it is
 * well. Its first failure after that puts it out for twice as long. This is the outlier detection of Envoy, by consecutive failures, with
 * its growing ejection times, and the half-open state of a circuit breaker, for which the arm's own health is asked rather than a
 * client's request risked. Nothing runs by itself: time is looked at when an arm is drawn.
 *
 * @param ask whether an arm says that it is well; what it throws is a no
 * @example
 *     const health = armHealth(2, async (arm) => (await units[arm].ready()) === true);
 *     health.failed(1); health.failed(1); health.failed(1);
 *     health.open(); // [0], for a second
 */
export function armHealth(count: number, ask: (arm: number) => Promise<boolean>, options: HealthOptions = {}): ArmHealth {
  const { failures = 3, baseMs = 1000, mostMs = 30_000, now = () => performance.now(), onOut, onBack } = options;
  const arms = Array.from({ length: count }, (): Arm => ({ phase: 'in', failures: 0, ejections: 0, until: 0 }));
  let troubled = 0; // arms whose phase is not `in`: while there are none, a draw costs nothing

  function eject(arm: Arm, index: number): void {
    if (arm.phase === 'in') troubled++;
    arm.phase = 'out';
    const forMs = Math.min(mostMs, baseMs * 2 ** arm.ejections++);
    arm.until = now() + forMs;
    onOut?.({ arm: index, forMs });
  }

  async function question(arm: Arm, index: number): Promise<void> {
    arm.phase = 'asked';
    const well = await ask(index).catch(() => false);
    if (arm.phase !== 'asked') return; // it has answered a request meanwhile
    arm.phase = well ? 'trial' : 'out';
    arm.until = now() + baseMs;
  }

  return {
    open() {
      if (troubled === 0) return undefined;
      const open: number[] = [];
      for (const [index, arm] of arms.entries()) {
        if (arm.phase === 'out' && now() >= arm.until) void question(arm, index);
        if (arm.phase === 'in' || arm.phase === 'trial') open.push(index);
      }
      return open.length === 0 || open.length === count ? undefined : open;
    },
    answered(index) {
      const arm = arms[index] as Arm;
      arm.failures = 0;
      if (arm.phase === 'in') return;
      troubled--;
      arm.phase = 'in';
      arm.ejections = 0;
      onBack?.(index);
    },
    failed(index) {
      const arm = arms[index] as Arm;
      arm.failures++;
      if (arm.phase === 'trial' || (arm.phase === 'in' && arm.failures >= failures)) eject(arm, index);
    },
  };
}
