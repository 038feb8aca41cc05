import { figureOf } from '../lib/figures.ts';
import { models } from '../main-job/models.ts';
import type { Cast } from './cast.ts';
import { contest, type Effort } from './contest.ts';
import { digits } from './digits.ts';
import { oipBinary, oipGrpc, oipJson, seldonJson, v1Json } from './forms.ts';
import { find, print, ratio } from './report.ts';

/** Which forms a part asks in; the first is the one that its figure is of. */
const formsOf = { json: [seldonJson, v1Json, oipJson], binary: [oipBinary], grpc: [oipGrpc] } as const;

export type OneRowPart = keyof typeof formsOf;

/** One row a request, by protocol. */
export async function oneRow({ ours, theirs, peers, yardstick }: Cast, wanted: readonly OneRowPart[], effort: Effort) {
  const cases = wanted.flatMap((part) => formsOf[part].flatMap((form) => [...ours(form), ...theirs(form)]));
  const found = await contest(cases, await digits(16, 1), yardstick, effort);
  print(`One row of 784 numbers, ${effort.clients} clients: CPU of the server, µs, and in yardsticks`, found);
  const figures: Record<string, number> = {
    yardstickUs: figureOf(found.flatMap(({ runs }) => runs.map(({ yardstickMicros }) => yardstickMicros))).median,
  };
  for (const { peer: model, runtime: server } of models) {
    const suffix = model === 'softmax' ? 'Softmax' : 'Forest';
    for (const part of wanted) figures[`${part}${suffix}`] = find(found, { server, model, form: formsOf[part][0] })!.yardsticks.median;
    const own = find(found, { server, model, form: v1Json });
    const against = peers.flatMap((peer) => ratio(own, find(found, { server: peer, model, form: v1Json }), (run) => run.yardsticks) ?? []);
    if (against.length > 0) figures[`json${suffix}VsBestPython`] = Math.max(...against);
  }
  return figures;
}
