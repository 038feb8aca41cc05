import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What clients saw of a deployment while it was loaded. */
export type TrafficReport = {
  readonly answered: number;
  /** Each failed request: its status and text, or the connection's error. */
  readonly failures: readonly string[];
  /** Counts of the ways that answers took, as `tf-model` or `random-ab-test=1`. */
  readonly routes: ReadonlyMap<string, number>;
};

export type TrafficOptions = {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly body: string;
  /** Clients at once; half of them keep their connection, the others make one a request. */
  readonly clients: number;
  /** Pause of a client between two requests, in ms. */
  readonly pauseMs: number;
  /** Clients begin one after the other within so long, so that slow requests are under way in all of their stages; absent: all at once. */
  readonly spreadMs?: number;
  /** How long an answer may take, in ms; 20 s unless said otherwise. */
  readonly timeoutMs?: number;
};

/**
 * Waits until the first request is answered. A Service that was made a moment ago is not yet known to the node's proxy, and what is sent to it
 * then is lost without a word: that is no failure of what stands behind it.
 */
export async function untilAnswered(options: TrafficOptions, patienceMs = 2000): Promise<void> {
  for (let left = 60; ; left--) {
    const reply = await send({ ...options, timeoutMs: patienceMs }, false).catch((error: Error) => ({ status: 0, text: error.message }));
    if (reply.status === 200) return;
    if (left === 0) throw new Error(`${options.host}:${options.port} does not answer: ${reply.status} ${reply.text}`);
    await sleep(500);
  }
}

/** Sends requests without end until it is stopped; every request that was begun is waited for. */
export function startTraffic(options: TrafficOptions): { stop(): Promise<TrafficReport> } {
  const stopping = new AbortController();
  let answered = 0;
  const failures: string[] = [];
  const routes = new Map<string, number>();
  const lasting = new Agent({ keepAlive: true });

  async function client(agent: Agent | false, afterMs: number): Promise<void> {
    await sleep(afterMs);
    while (!stopping.signal.aborted) {
      try {
        const { status, text } = await send(options, agent);
        if (status === 200) {
          answered++;
          const { routing = {} } = (JSON.parse(text) as { meta?: { routing?: Record<string, number> } }).meta ?? {};
          const way =
            Object.entries(routing)
              .map(([unit, branch]) => `${unit}=${branch}`)
              .join(' ') || 'straight';
          routes.set(way, (routes.get(way) ?? 0) + 1);
        } else failures.push(`${new Date().toISOString()} ${status} ${text.slice(0, 200)}`);
      } catch (error) {
        failures.push(`${new Date().toISOString()} ${agent ? 'kept' : 'new'} connection: ${(error as Error).message}`);
      }
      await sleep(options.pauseMs);
    }
  }
  const clients = Array.from({ length: options.clients }, (_, at) =>
    client(at % 2 === 0 ? lasting : false, ((options.spreadMs ?? 0) * at) / options.clients),
  );
  return {
    async stop() {
      stopping.abort();
      await Promise.all(clients);
      lasting.destroy();
      return { answered, failures, routes };
    },
  };
}

function send(
  { host, port, path = '/api/v1.0/predictions', body, timeoutMs: timeout = 20_000 }: TrafficOptions,
  agent: Agent | false,
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent = request({ host, port, path, method: 'POST', agent, headers, timeout }, (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
    response.on('error', reject);
  });
  sent.on('timeout', () => sent.destroy(new Error(`no answer in ${timeout / 1000} s`)));
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
