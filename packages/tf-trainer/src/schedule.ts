/** How the learning rate goes on after the warm-up. */
export type ScheduleName = 'constant' | 'cosine' | 'step' | 'exponential';

export type ScheduleOptions = {
  readonly schedule: ScheduleName;
  readonly learningRate: number;
  /** All steps of the training. */
  readonly steps: number;
  /** Steps over which the rate grows in equal parts to `learningRate`. */
  readonly warmUpSteps: number;
  /** What is left of the rate after each `decaySteps`, of `step` and `exponential`. */
  readonly decayRate: number;
  readonly decaySteps: number;
};

/** The factor of the rate after `done` of `total` steps. */
type Decay = (done: number, total: number, options: Pick<ScheduleOptions, 'decayRate' | 'decaySteps'>) => number;

export const schedules: Readonly<Record<ScheduleName, Decay>> = {
  constant: () => 1,
  /** Half a wave from 1 to 0: Loshchilov and Hutter (2017), without restarts. */
  cosine: (done, total) => (1 + Math.cos((Math.PI * done) / total)) / 2,
  step: (done, _, { decayRate, decaySteps }) => decayRate ** Math.floor(done / decaySteps),
  exponential: (done, _, { decayRate, decaySteps }) => decayRate ** (done / decaySteps),
};

/**
 * The learning rate of step `step`, counted from 1.
 *
 *     learningRateAt({ schedule: 'step', learningRate: 1, steps: 30, warmUpSteps: 0, decayRate: 0.1, decaySteps: 10 }, 11)   // 0.1
 */
export function learningRateAt(options: ScheduleOptions, step: number): number {
  const { schedule, learningRate, steps, warmUpSteps } = options;
  if (step <= warmUpSteps) return (learningRate * step) / warmUpSteps;
  return learningRate * schedules[schedule](step - warmUpSteps - 1, Math.max(1, steps - warmUpSteps), options);
}
