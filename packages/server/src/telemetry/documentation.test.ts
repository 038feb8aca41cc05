import { readFile } from 'node:fs/promises';
import { describeSettings } from '@switchyard/config';
import { expect, test } from 'vitest';
import { eventSinkServer, until } from '../fixtures/event-sink-server.ts';
import { linearModel, someRow, someWeights } from '../fixtures/linear.ts';
import { loggedServer } from '../fixtures/logged-server.ts';
import { exposeModelInfo } from '../model-info.ts';
import { fixedModel } from '../model-source.ts';
import { requestLogSettings } from './request-log/request-log-settings.ts';
import { traceSettings } from './traces/trace-settings.ts';

const page = await readFile(new URL('../../../../docs/telemetry.md', import.meta.url), 'utf8');

test('the event of docs/telemetry.md is the one that a sink gets', async () => {
  const sink = await eventSinkServer();
  const { post } = await loggedServer(['--request-log-url', sink.url, '--request-log-mode', 'request']);
  await post('/api/v1.0/predictions', JSON.stringify({ data: { ndarray: [someRow] } }), { 'seldon-puid': 'mine' });
  await until(() => sink.received.length === 1);
  const http = /```http\nPOST \/ HTTP\/1.1\n(.*?)```/s.exec(page)?.[1] ?? '';
  const told = Object.fromEntries([...http.matchAll(/^(\S+): (.+)$/gm)].map(([, name, value]) => [name!, value!]));
  const headers = sink.received[0]?.headers ?? {};
  const ours = Object.keys(headers).filter((name) => name.startsWith('ce-') || name === 'content-type');
  expect(ours.toSorted()).toEqual(Object.keys(told).toSorted());
  const changing = /^ce-(?:id|time|source)$/;
  for (const [name, value] of Object.entries(told)) if (!changing.test(name)) expect(headers[name], name).toBe(value);
});

test('its settings are those of a server, with their defaults', () => {
  const help = describeSettings('', requestLogSettings);
  const stated = [...page.matchAll(/^\| `(--request-log-[a-z-]+)` \| (\S+) \|/gm)].map(([, flag, value]) => [flag, value]);
  const told = stated.map(([flag]) => [
    flag,
    new RegExp(`^  ${flag} <value>\\n(?:      .*\\n)*?      Default: "?(.+?)"?\\. `, 'm').exec(help)?.[1],
  ]);
  expect(stated).toHaveLength(6);
  expect(stated).toEqual(told);
});

test('its settings of traces are those of a server, with their variables and defaults', () => {
  const stated = [...page.matchAll(/^\| `(--[a-z-]+)` \| ((?:`OTEL_[A-Z_]+`(?:, )?)+) \| (\S+) \|/gm)].map(([, flag, variables, value]) => [
    flag,
    variables!.replaceAll('`', '').split(', '),
    value,
  ]);
  const told = Object.entries(traceSettings).map(([key, { env, schema }]) => {
    const value = schema.parse(undefined);
    return [
      `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      env,
      value === undefined || value === '' ? 'none' : String(value),
    ];
  });
  expect(stated).toEqual(told);
});

test('its metrics are those of a server', async () => {
  const sink = await eventSinkServer();
  const { server } = await loggedServer(['--request-log-url', sink.url, '--otlp-endpoint', sink.url]);
  exposeModelInfo(server.metrics.registry, fixedModel('lines', linearModel(someWeights)));
  const cells = [...page.matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|/gm)].map(([, cell]) => cell!);
  const stated = cells.flatMap((cell) => [...cell.matchAll(/[a-z_]+/g)].map(([name]) => name));
  const text = await server.metrics.registry.metrics();
  const there = [...text.matchAll(/^# TYPE ([a-z_]+) /gm)].map(([, name]) => name!);
  const own = there.filter((name) => !/^(?:process|nodejs)_/.test(name)); // prom-client's, of any process
  expect(stated.toSorted()).toEqual(own.toSorted());
});
