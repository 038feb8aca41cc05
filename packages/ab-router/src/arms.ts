import { InferenceError } from '@switchyard/protocol';
import { armHealth, type HealthOptions } from './arm-health.ts';
import type { Failover } from './graph-options.ts';
import { type Absence, absenceOf, absent } from './upstream-error.ts';

/** The children of a router that draws, and what became of the requests that went to them. */
export type Arms = {
  /** The arm for a request that none was asked for yet. */
  first(): number;
  /** The arm for a request that those tried did not answer; undefined where none is left. */
  next(tried: { has(arm: number): boolean }): number | undefined;
  answered(arm: number): void;
  /** A request that failed at an arm. @returns whether another may be asked. */
  failed(arm: number, error: unknown): boolean;
  /** Another is asked. */
  moved(arm: number, error: unknown): void;
};

export type ArmsOptions = {
  readonly count: number;
  readonly choose: (open?: readonly number[]) => number;
  readonly failover: Failover;
  /** Whether an arm that was left out says that it is well again. */
  readonly ask: (arm: number) => Promise<boolean>;
  readonly onMoved?: (arm: number, why: Absence) => void;
  readonly health?: HealthOptions;
};

/** Draws by the policy among the arms that are well. Those that are not are asked when all others were. */
export function arms({ count, choose, failover, ask, onMoved, health: options }: ArmsOptions): Arms {
  if (failover === 'off') return { first: () => choose(), next: () => undefined, answered() {}, failed: () => false, moved() {} };
  const health = armHealth(count, ask, options);
  const movable: readonly (Absence | undefined)[] =
    failover === 'any' ? ['unreached', 'not_ready', 'broke_off'] : ['unreached', 'not_ready'];
  const all = Array.from({ length: count }, (_, arm) => arm);
  return {
    first: () => choose(health.open()),
    next(tried) {
      const left = all.filter((arm) => !tried.has(arm));
      if (left.length === 0) return undefined;
      const open = health.open();
      const well = open === undefined ? left : left.filter((arm) => open.includes(arm));
      return choose(well.length === 0 ? left : well);
    },
    answered: health.answered,
    failed(arm, error) {
      const absence = absenceOf(error);
      if (absence !== undefined) health.failed(arm);
      else if (!(error instanceof InferenceError && gone.has(error.code))) health.answered(arm);
      return movable.includes(absence);
    },
    moved: (arm, error) => onMoved?.(arm, absenceOf(error) as Absence),
  };
}

/** Of a request that ended before the arm could answer, nothing is learned of the arm. */
const gone: ReadonlySet<string> = new Set(['CANCELLED', 'DEADLINE_EXCEEDED']);

/** No arm answered: each one's reason, and a mark by which a router further up may ask its next arm. */
export function noArm(router: string, errors: readonly InferenceError[]): InferenceError {
  const [only] = errors;
  if (errors.length === 1 && only !== undefined) return only;
  const begun = errors.some((error) => absenceOf(error) === 'broke_off');
  const reasons = errors.map(({ message }) => message).join('; ');
  return absent(new InferenceError('UNAVAILABLE', `no arm of router "${router}" answers: ${reasons}`), begun ? 'broke_off' : 'unreached');
}
