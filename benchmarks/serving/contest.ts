import { figureOf, type Figure } from '../lib/figures.ts';
import type { Server } from '../main-job/servers.ts';
import { load, type Load, type Measured } from './client.ts';
import { accuracy, type Digits } from './digits.ts';
import type { Form } from './forms.ts';

/** One kind of request to one server. */
export type Case = {
  readonly server: string;
  readonly target: Server;
  /** `constant`: the yardstick's. */
  readonly model: 'softmax' | 'forest' | 'constant' | 'both';
  /** What the server calls the model. */
  readonly modelName: string;
  readonly form: Form;
  readonly path?: string;
  /** Servers that it asks in turn, whose CPU counts as well. */
  readonly behind?: readonly Server[];
};

export type Outcome = {
  readonly contestant: Case;
  /** The rounds as they were, in their order: those of two cases in one round were measured in the same minute. */
  readonly runs: readonly Run[];
  readonly cpuMicros: Figure;
  /** CPU for a request over the yardstick's for one with the same body, measured just before and after. */
  readonly yardsticks: Figure;
  readonly perSecond: Figure;
  readonly p50: Figure;
  readonly p99: Figure;
  readonly p999: Figure;
};

export type Run = Measured & {
  /** Of the servers of the case, all together. */
  readonly micros: number;
  readonly yardsticks: number;
  /** Of the yardstick itself, just before and after. */
  readonly yardstickMicros: number;
  readonly yardstickP50: number;
};

export type Effort = { readonly rounds: number; readonly seconds: number; readonly clients: number; readonly yardstickClients?: number };

/** Loads all cases by turns, in short slices, so that whatever else the machine does weighs on all alike. */
export async function contest(cases: readonly Case[], sent: readonly Digits[], yardstick: Server, effort: Effort): Promise<Outcome[]> {
  const { rounds, seconds, clients, yardstickClients = 16 } = effort;
  const runs = cases.map((): Run[] => []);
  for (const each of cases) await load({ ...request(each, sent), clients, warmSeconds: seconds, seconds: 0.1 }, []); // compiled by then
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`round ${round + 1} of ${rounds}: ${cases.length} cases\n`);
    for (const [index, each] of cases.entries()) {
      const own = request(each, sent);
      const measure = () =>
        load({ ...own, ...yard(yardstick), clients: yardstickClients, warmSeconds: 0.2, seconds: seconds / 2 }, [yardstick.process.pid!]);
      const before = await measure();
      const run = await load({ ...own, clients, warmSeconds: 0.3, seconds }, pidsOf(each));
      const after = await measure();
      const micros = run.cpuMicros.reduce((sum, each) => sum + each, 0);
      const yardstickMicros = (before.cpuMicros[0]! + after.cpuMicros[0]!) / 2;
      const yardstickP50 = (before.p50 + after.p50) / 2;
      runs[index]!.push({ ...run, micros, yardsticks: micros / yardstickMicros, yardstickMicros, yardstickP50 });
    }
  }
  return cases.map((contestant, index) => summarize(contestant, runs[index]!, sent));
}

const pidsOf = ({ target, behind = [] }: Case): number[] => [target, ...behind].map((server) => server.process.pid!);

const yard = ({ http }: Server) =>
  ({ protocol: 'http', address: new URL(http).host, path: '/', headers: { 'content-type': 'application/json' } }) as const;

/** @throws Error where the answers are wrong: a server that does another work is none to compare with */
function summarize(contestant: Case, runs: readonly Run[], sent: readonly Digits[]): Outcome {
  const answers = runs[0]!.answers.map((answer, index) => contestant.form.read(answer, sent[index]!.labels.length));
  const right = accuracy(sent, answers);
  if (right < 0.75 && contestant.model !== 'constant')
    throw new Error(`${nameOf(contestant)} knows no more than ${right * 100} % of the digits`);
  const figure = (of: (run: Run) => number): Figure => figureOf(runs.map(of));
  return {
    contestant,
    runs,
    cpuMicros: figure(({ micros }) => micros),
    yardsticks: figure(({ yardsticks }) => yardsticks),
    perSecond: figure(({ requests, seconds }) => requests / seconds),
    p50: figure(({ p50 }) => p50),
    p99: figure(({ p99 }) => p99),
    p999: figure(({ p999 }) => p999),
  };
}

export const nameOf = ({ server, model, form }: Case): string => `${server}, ${model}, ${form.kind}`;

/** A case as the client sends it. */
export function request(
  { target, modelName, form, path }: Case,
  sent: readonly Digits[],
): Pick<Load, 'protocol' | 'address' | 'path' | 'headers' | 'bodies'> {
  return {
    protocol: form.protocol,
    address: form.protocol === 'grpc' ? target.grpc : new URL(target.http).host,
    path: path ?? form.path(modelName),
    headers: form.headers(sent[0]!.labels.length),
    bodies: sent.map((digits) => form.body(digits, modelName)),
  };
}
