import { residentMb } from '../lib/cpu.ts';
import { round, table } from '../lib/figures.ts';
import { stop } from '../lib/process.ts';
import { startModel } from '../main-job/servers.ts';
import { load, type Measured } from './client.ts';
import { request } from './contest.ts';
import { digits } from './digits.ts';
import { oipBinary, oipGrpc, type Form } from './forms.ts';

/** Of each request: what its model is, and the rows that it brings. An answer costs a hundred times what it costs to read and refuse a request, or ten times. */
const loads = [
  { model: 'mnist-heavy', says: 'a row for a large convolutional network', rows: 1, minute: true },
  { model: 'mnist-cnn', says: '16 rows for a small one', rows: 16, minute: false },
] as const;
const times = 10;
const fullClients = 16;
const mostClients = 256;

type Load = (typeof loads)[number];
type Found = {
  readonly load: Load;
  readonly form: Form;
  readonly full: Measured;
  readonly over: Measured;
  readonly before: number;
  readonly growth: number;
};

/**
 * Ten times what a runtime can answer, by REST for a minute, at its default settings: what becomes of the requests that it takes, of those that it
 * refuses, and of its memory. What it can answer is what a closed loop of 16 clients gets out of it, and their p99 is the one to keep to.
 */
export async function overload(store: string, quick: boolean) {
  const found: Found[] = [];
  for (const each of loads) for (const form of [oipBinary, oipGrpc]) found.push(await press(store, each, form, quick));
  const perSecond = (count: number, { seconds }: Measured): number => round(count / seconds);
  console.log(`\n${times} times what a runtime can answer\n`);
  console.log(
    table(
      [
        'load',
        'request',
        'full: requests/s',
        'p50 / p99 ms',
        'over: answered/s',
        'p50 / p99 ms',
        'refused/s',
        'unadvised',
        'unsent/s',
        'memory, MiB',
      ],
      found.map(({ load, form, full, over, growth, before }) => [
        load.says,
        form.kind,
        perSecond(full.requests, full),
        `${round(full.p50)} / ${round(full.p99)}`,
        perSecond(over.requests, over),
        `${round(over.p50)} / ${round(over.p99)}`,
        perSecond(over.refused, over),
        over.unadvised,
        perSecond(over.unsent, over),
        `${Math.round(before)} + ${Math.round(growth)}`,
      ]),
    ),
  );
  const [rest] = found;
  const part = ({ over }: Found): number => over.refused / (over.refused + over.requests + over.unsent);
  const p99Ratio = ({ full, over }: Found): number => over.p99 / full.p99;
  const goodput = ({ full, over }: Found): number => over.requests / over.seconds / (full.requests / full.seconds);
  const [heavy, light] = loads.map((load) => found.filter((each) => each.load === load)) as [Found[], Found[]];
  return {
    overloadP99Ratio: round(Math.max(...heavy.map(p99Ratio))),
    overloadLightP99Ratio: round(Math.max(...light.map(p99Ratio))),
    overloadRssGrowth: Math.round(Math.max(...found.map(({ growth }) => growth))),
    overloadRefused: round(part(rest!)),
    overloadUnadvised: found.reduce((sum, { over }) => sum + over.unadvised, 0),
    overloadGoodput: round(Math.min(...heavy.map(goodput))),
    overloadLightGoodput: round(Math.min(...light.map(goodput))),
  };
}

async function press(store: string, to: Load, form: Form, quick: boolean): Promise<Found> {
  const [fullSeconds, overSeconds] = quick ? [2, 3] : [8, to.minute && form === oipBinary ? 60 : 15];
  const { model, rows } = to;
  const target = await startModel('tf-runtime', model, store);
  const pid = target.process.pid!;
  try {
    const own = request({ server: 'tf-runtime', target, model: 'both', modelName: model, form }, await digits(4, rows));
    const full = await load({ ...own, clients: fullClients, warmSeconds: 3, seconds: fullSeconds }, [pid]);
    const before = residentMb(pid);
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, residentMb(pid))), 250);
    const rate = (times * full.requests) / full.seconds;
    const over = await load({ ...own, rate, clients: mostClients, warmSeconds: 0.5, seconds: overSeconds }, [pid]).finally(() =>
      clearInterval(watch),
    );
    return { load: to, form, full, over, growth: peak - before, before };
  } finally {
    await stop(target.process);
  }
}
