import { mkdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { openStore } from '@switchyard/artifact';
import { loadDataset } from '@switchyard/dataset';
import { armOf } from '../arm.ts';
import { authorizationIn, fetchWith } from '../client/access.ts';
import { grpcClient } from '../client/grpc-client.ts';
import { restClient } from '../client/rest-client.ts';
import { ensureModels } from '../ensure-models.ts';
import { planDeployment, readDeployment, type Plan } from '../plan.ts';
import { findRecipe } from '../recipe.ts';
import { claimDirectory } from '../run-directory.ts';
import { toSample } from '../sample.ts';
import { armTable } from '../show/arms.ts';
import { curlLines } from '../show/curl.ts';
import { style, type Terminal } from '../show/terminal.ts';
import { wrap } from '../show/wrap.ts';
import { choosePort, startDeployment, type RunningDeployment } from '../start-deployment.ts';
import { listenForStop, StoppedError, type Stop } from '../stop.ts';
import type { Notice, Supervisor } from '../supervise/supervisor.ts';
import { runTrial, type Sample } from '../trial.ts';

export type UpOptions = {
  readonly file: string;
  readonly predictor?: string;
  readonly store: string;
  readonly directory: string;
  readonly retrain?: boolean;
  readonly once?: boolean;
  readonly host: string;
  /** Absent: 8000 and 5001 where they are free. */
  readonly port?: number;
  readonly grpcPort?: number;
  /** Labelled rows to send, over REST and over gRPC. */
  readonly requests: number;
  readonly grpcRequests: number;
  /** Of credentials that requests must show. */
  readonly authFile?: string;
};

/** Trains what is missing, starts everything that the manifest names, tries it with labelled rows, and stays up until it is told to end. */
export async function up(options: UpOptions, terminal: Terminal): Promise<void> {
  let supervisor: Supervisor | undefined;
  const stop = listenForStop(() => {
    supervisor?.kill();
    process.exit(130);
  });
  const plan = planDeployment(readDeployment(options.file), options.predictor);
  if (options.authFile !== undefined) authorizationIn(options.authFile); // before anything is trained
  explain(plan, options.file, terminal);
  const directory = resolve(options.directory, plan.deployment.name);
  mkdirSync(directory, { recursive: true });
  const release = claimDirectory(directory, plan.deployment.name);
  try {
    await ensureModels(
      plan.units.map((each) => each.model),
      {
        store: openStore(options.store),
        storePath: options.store,
        manifest: options.file,
        retrain: options.retrain ?? false,
        signal: stop.signal,
      },
      terminal,
    );
    stop.signal.throwIfAborted();
    const running = await start(plan, options, directory, terminal);
    supervisor = running.supervisor;
    try {
      await serve(plan, options, directory, running, stop, terminal);
    } finally {
      await drain(supervisor, terminal);
    }
  } catch (error) {
    if (!(stop.signal.aborted || error instanceof StoppedError)) throw error;
  } finally {
    release();
    stop.dispose();
  }
}

async function serve(
  plan: Plan,
  options: UpOptions,
  directory: string,
  running: RunningDeployment,
  stop: Stop,
  terminal: Terminal,
): Promise<void> {
  const name = options.host === '127.0.0.1' || options.host === '0.0.0.0' ? 'localhost' : options.host;
  const url = `http://${name}:${running.httpPort}`;
  const grpc = `${name}:${running.grpcPort}`;
  terminal.line(`\n  ${style('bold', plan.deployment.name)} serves REST on ${url} and gRPC on ${grpc}\n`);
  terminal.event('ready', { deployment: plan.deployment.name, url, grpc, processes: running.supervisor.pids });
  const sample = await labelledRows(plan, options.file);
  if (sample) await tryIt(plan, options, directory, url, grpc, sample, stop, terminal);
  else terminal.line('  No labelled rows to try it with: its models were not trained by a recipe.');
  if (options.once || stop.signal.aborted) return;
  terminal.line(`\n  ${style('dim', `Logs are in ${shorten(directory)}. Ctrl-C ends everything.`)}`);
  await stop.promise;
}

function explain({ deployment, predictor, reasons }: Plan, file: string, terminal: Terminal): void {
  terminal.line(`\n${style('bold', deployment.name)} ${style('dim', `from ${shorten(file)}`)}`);
  for (const reason of reasons) terminal.line(wrap(`  ${reason}`));
  for (const other of deployment.predictors) {
    if (other.name !== predictor.name)
      terminal.line(`  predictor ${other.name} is not started: here one predictor runs, ${predictor.name}; --predictor chooses`);
  }
  terminal.line();
}

async function start(plan: Plan, options: UpOptions, directory: string, terminal: Terminal): Promise<RunningDeployment> {
  const { host, store: storePath } = options;
  const authFile = options.authFile === undefined ? undefined : resolve(options.authFile);
  const httpPort = await choosePort(host, options.port ?? 8000, options.port !== undefined, '--port');
  const grpcPort = await choosePort(host, options.grpcPort ?? 5001, options.grpcPort !== undefined, '--grpc-port');
  const names = [...plan.units.map((each) => each.unit.name), 'ab-router'];
  const step = terminal.step(`Start ${names.join(', ')}`);
  let ready = 0;
  const began = performance.now();
  try {
    const running = await startDeployment(
      plan,
      { storePath, directory, host, httpPort, grpcPort, authFile },
      (name) => step.update(++ready / names.length, `${name} is ready`),
      (notice) => say(notice, terminal),
    );
    step.done(`ready in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return running;
  } catch (error) {
    step.fail('');
    throw error;
  }
}

async function tryIt(
  plan: Plan,
  options: UpOptions,
  directory: string,
  url: string,
  grpc: string,
  sample: Sample,
  stop: Stop,
  terminal: Terminal,
): Promise<void> {
  const { graph } = plan.predictor;
  const authorization = options.authFile === undefined ? undefined : authorizationIn(options.authFile);
  const fetch = fetchWith(options.authFile === undefined ? {} : { tokenFile: options.authFile });
  const rounds = [
    { client: restClient(url, fetch), requests: options.requests },
    { client: grpcClient(grpc, authorization), requests: options.grpcRequests },
  ];
  const step = terminal.step(
    `Send ${options.requests} labelled rows over REST and ${options.grpcRequests} over gRPC, each with its reward`,
  );
  try {
    const arms = await runTrial(graph, sample, rounds, (done, total) => {
      stop.signal.throwIfAborted();
      step.update(done / total, `${done}/${total}`);
    });
    step.done('');
    terminal.line(`\n${armTable(arms).replace(/^/gm, '    ')}\n`);
    const answer = await rounds[0]!.client.predict(sample.row(0));
    const { predict, feedback } = curlLines({ url, directory, authorization }, sample.row(0), answer);
    terminal.line(
      `  A prediction, and the reward for it (the digit is a ${sample.label(0)}; ${armOf(graph, answer.meta.routing ?? {})} answered):\n`,
    );
    terminal.line(`${predict}\n\n${feedback}`);
    terminal.event('trial', { arms, curl: { predict, feedback } });
  } catch (error) {
    if (!stop.signal.aborted) step.fail('');
    throw error;
  } finally {
    for (const { client } of rounds) client.close();
  }
}

/** The test rows of the data that the first model with a recipe was trained on. */
async function labelledRows(plan: Plan, file: string): Promise<Sample | undefined> {
  const recipe = plan.units.map((each) => findRecipe(each.model, file)).find((each) => each !== undefined);
  return recipe && toSample((await loadDataset(String(recipe.settings['data'] ?? 'mnist'))).test);
}

function say({ name, event }: Notice, terminal: Terminal): void {
  const warn = (text: string): void => terminal.line(wrap(`${style('yellow', '!')} ${text}`));
  if (event.type === 'crashed') {
    const { how, again, times } = event;
    warn(`${name} ended (${how}); starting it again in ${again / 1000} s${times > 1 ? `, after ${times} crashes in a row` : ''}`);
    terminal.event('crashed', { name, how, againMs: again, times });
  } else if (event.type === 'status') {
    const { ready, reason } = event.status;
    if (ready) terminal.line(`${style('green', '✔')} ${name} is ready (pid ${event.pid})`);
    else warn(`${name} is not ready: ${reason ?? 'it does not say why'}`);
    terminal.event('status', { name, ready, reason, pid: event.pid });
  }
}

async function drain(supervisor: Supervisor, terminal: Terminal): Promise<void> {
  const step = terminal.step('Drain and stop');
  await supervisor.stop();
  step.done('');
}

const shorten = (path: string): string => {
  const near = relative(process.cwd(), resolve(path));
  return near.startsWith('..') ? resolve(path) : near;
};
