import { models } from '../main-job/models.ts';
import type { Cast } from './cast.ts';
import { contest, type Effort, type Run } from './contest.ts';
import { digits } from './digits.ts';
import { oipBinary, oipGrpc, v1Json } from './forms.ts';
import { find, print, ratio } from './report.ts';

const rows = 64;
const perSecond = ({ requests, seconds }: Run): number => requests / seconds;

/** Many rows a request: rows a second beside KServe's in the same round, each by its own fastest way. */
export async function manyRows({ ours, theirs, yardstick }: Cast, effort: Effort) {
  const cases = [v1Json, oipBinary, oipGrpc].flatMap((form) => [
    ...ours(form),
    ...theirs(form).filter(({ server }) => server === 'kserve'),
  ]);
  const found = await contest(cases, await digits(4, rows), yardstick, effort);
  print(`${rows} rows a request, ${effort.clients} clients`, found, rows);
  const beside = (form: typeof v1Json, peerForm: typeof v1Json): number[] =>
    models.flatMap(
      ({ peer: model, runtime: server }) =>
        ratio(find(found, { server, model, form }), find(found, { server: 'kserve', model, form: peerForm }), perSecond) ?? [],
    );
  const [json, binary] = [beside(v1Json, v1Json), beside(oipBinary, oipGrpc)];
  return json.length === 0 ? {} : { json64VsKserve: Math.min(...json), binary64VsKserve: Math.min(...binary) }; // of the model for which it is less
}
