/** What decides which of two models is better: the validation's loss, or its accuracy. */
export type Monitor = 'loss' | 'accuracy';

/** The best validation so far, and how many have gone by since. */
export type Best = { readonly value: number; readonly step: number; readonly waited: number };

/** The state after another validation; its `step` is that validation's own where it is the best so far. The first always is. */
export function watch(
  best: Best | undefined,
  monitor: Monitor,
  validation: { readonly step: number; readonly loss: number; readonly accuracy?: number },
): Best {
  const value = monitor === 'loss' ? validation.loss : (validation.accuracy ?? 0);
  const better = !best || (monitor === 'loss' ? value < best.value : value > best.value);
  return better ? { value, step: validation.step, waited: 0 } : { ...best, waited: best.waited + 1 };
}
