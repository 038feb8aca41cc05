/** The trees `[from, to)` of one of several shards: as many for each as can be, the first ones with one more. */
export function shardRange({ index, of }: { readonly index: number; readonly of: number }, trees: number): { from: number; to: number } {
  const [each, more] = [Math.floor(trees / of), trees % of];
  const from = index * each + Math.min(index, more);
  return { from, to: from + each + (index < more ? 1 : 0) };
}

/** Indexes as people read them: `0–4, 7, 9–10`. */
export function spans(indexes: readonly number[]): string {
  const found: [number, number][] = [];
  for (const index of indexes.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}
