import { Agent, request } from 'node:http';
import { expect, test } from 'vitest';
import { lineRuntimes } from './fixtures/line-runtimes.ts';
import { publishLinear, someRow, someWeights } from './fixtures/linear.ts';

const { place, start } = lineRuntimes(new URL('./fixtures/slow-main.ts', import.meta.url));

const kilobytes = 256;
const body = JSON.stringify({ data: { ndarray: [someRow] } }).padEnd(kilobytes * 1024);

test('a runtime that is asked for more than it can answer refuses early, answers the rest, and holds little', async () => {
  await publishLinear(place.store, 'lines', someWeights);
  const { httpPort: port } = await start().until(({ ready }) => ready);
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const ask = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const sent = request({ host: '127.0.0.1', port, agent, method: 'POST', path: '/api/v1.0/predictions', headers }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(`${answer.statusCode} ${answer.headers['retry-after'] ?? ''}`.trim()));
      });
      sent.on('error', reject).end(body);
    });
  const resident = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 1024 ** 2;
  };

  await ask();
  const before = await resident();
  const counts = new Map<string, number>();
  const requests = 2000;
  let left = requests;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const said = await ask();
      counts.set(said, (counts.get(said) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 100 }, client));
  const after = await resident();
  agent.destroy();

  expect([...counts.keys()].toSorted()).toEqual(['200', '429 1']);
  expect(counts.get('200')).toBeGreaterThan(32);
  expect(counts.get('429 1')).toBeGreaterThan(100);
  expect(after - before).toBeLessThan((requests * kilobytes) / 1024 / 2); // half of what was sent
});
