import { figureOf, round, table } from '../lib/figures.ts';
import { load } from './client.ts';
import { request, type Case, type Effort } from './contest.ts';
import type { Digits } from './digits.ts';

/** Latency with 64 clients, slow over usual, the worse of the cases: the median of rounds, each of which others on the machine may lengthen. */
export async function crowd(cases: readonly Case[], sent: readonly Digits[], { rounds, seconds }: Effort): Promise<number> {
  const found = cases.map(() => ({ p50: [] as number[], p99: [] as number[], ratio: [] as number[] }));
  for (let turn = 0; turn < rounds; turn++) {
    for (const [index, each] of cases.entries()) {
      const { p50, p99 } = await load({ ...request(each, sent), clients: 64, warmSeconds: seconds / 2, seconds: seconds * 2 }, []);
      found[index]!.p50.push(p50);
      found[index]!.p99.push(p99);
      found[index]!.ratio.push(p99 / p50);
    }
  }
  console.log('\nOne row, 64 clients: milliseconds, min / median\n');
  const both = (values: readonly number[]): string => `${figureOf(values).min} / ${figureOf(values).median}`;
  console.log(
    table(
      ['server', 'request', 'p50', 'p99', 'p99 over p50'],
      cases.map(({ server, form }, index) => [
        server,
        form.kind,
        both(found[index]!.p50),
        both(found[index]!.p99),
        both(found[index]!.ratio),
      ]),
    ),
  );
  return round(Math.max(...found.map(({ ratio }) => figureOf(ratio).median)));
}
