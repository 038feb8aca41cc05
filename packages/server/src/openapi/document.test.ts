import { createConfig, lintFromString } from '@redocly/openapi-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { linearPredictor, serveLocally } from '../fixtures/serving.ts';
import type { DataPlane } from '../data-plane.ts';
import { inWords } from '../rest/openapi.ts';
import { allRoutes } from '../rest/routes.ts';
import { silentLogger } from '../log.ts';
import { createGate } from '../security/gate.ts';
import { openApiDocument } from './document.ts';

type Operation = {
  readonly operationId: string;
  readonly security?: readonly Readonly<Record<string, readonly []>>[];
  readonly parameters?: readonly { readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly content: object }>>;
};
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

describe.each(['model', 'router'] as const)('the OpenAPI document of a %s', (kind) => {
  const repository = kind === 'model' ? { index: async () => [], load: async () => {}, unload: async () => {} } : undefined;
  const document = openApiDocument(kind, { title: 'lines', version: '1.0.0', repository: repository !== undefined }) as Document;
  const secured = openApiDocument(kind, {
    title: 'lines',
    version: '1.0.0',
    repository: repository !== undefined,
    security: { asks: { predict: 'predict', feedback: 'feedback', admin: 'predict' }, clientsMustShow: true },
    areaOf: (_, path) => (path.endsWith('/predictions') ? 'predict' : path.endsWith('/feedback') ? 'feedback' : undefined),
  }) as Document;

  test.each([
    ['open', document],
    ['secured', secured],
  ])('is free of what a linter finds: %s', async (_, document) => {
    const rules = { 'no-ambiguous-paths': 'off', 'path-parameters-defined': 'error', 'operation-4xx-response': 'error' } as const; // /v2/models/stats beside /v2/models/{model} is the protocol's
    const config = await createConfig({ extends: ['recommended-strict'], rules });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    expect(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
  });

  test('has each operation once', () => {
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('names just the paths and methods that there are, and a deadline where there is one', () => {
    const plane = { kind, predictor: linearPredictor() } as DataPlane;
    const routes = allRoutes(plane, { statistics: () => [], deployment: { name: '', namespace: '' } });
    const routed = routes
      .flatMap(({ path, methods }) => methods.map((method) => `${method.toLowerCase()} ${inWords(path)}`))
      .filter((each) => repository !== undefined || !each.includes('/v2/repository/')); // refused: there is none
    const named = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(named.toSorted()).toEqual(routed.toSorted());

    const admitted = routes.flatMap(({ path, methods, admitted }) =>
      admitted ? methods.map((each) => `${each.toLowerCase()} ${inWords(path)}`) : [],
    );
    const limited = named.filter((each) => {
      const [method, path] = each.split(' ') as [string, string];
      return document.paths[path]![method]!.parameters?.some(({ name }) => name === 'X-Request-Timeout');
    });
    expect(limited.toSorted()).toEqual(admitted.toSorted());
  });

  test('says where GET has its message, and that a probe says in plain text that it is not ready', () => {
    const of = (path: string) => document.paths[path]!['get']!;
    if (kind === 'model')
      expect(of('/predict').parameters).toContainEqual(expect.objectContaining({ name: 'json', in: 'query', required: true }));
    expect(Object.keys(of('/ready').responses['5XX']!.content)).toEqual(['text/plain', 'application/json']);
    expect(Object.keys(of('/health/status').responses['5XX']!.content)).toEqual(['application/json']);
  });

  test('is served', async () => {
    const server = await serveLocally(linearPredictor(), { kind, drainMs: 20, ...(repository && { repository }) });
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${server.httpPort}${path}`)).json();
    try {
      for (const path of ['/openapi.json', '/seldon.json', '/api/v1.0/doc/', '/v2/docs']) {
        expect(await get(path)).toMatchObject({ info: { title: 'lines' }, paths: document.paths });
      }
    } finally {
      await server.close();
    }
  });
});

describe('what a server that asks for credentials says of itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'document-'));
  const file = (name: string): string => {
    writeFileSync(join(folder, name), name);
    return join(folder, name);
  };
  const files = { predict: file('client'), feedback: file('judge') };
  const repository = { index: async () => [], load: async () => {}, unload: async () => {} };
  const server = await serveLocally(linearPredictor(), { authorize: createGate(files, silentLogger), repository, drainMs: 20 });
  const document = (await (await fetch(`http://127.0.0.1:${server.httpPort}/openapi.json`)).json()) as Document & {
    readonly components: { readonly securitySchemes: Readonly<Record<string, { readonly scheme: string }>> };
  };
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  test('names bearer tokens and basic authentication of each area that has its own', () => {
    const schemes = Object.entries(document.components.securitySchemes).map(([name, { scheme }]) => [name, scheme]);
    expect(schemes).toEqual([
      ['predictBearer', 'bearer'],
      ['predictBasic', 'basic'],
      ['feedbackBearer', 'bearer'],
      ['feedbackBasic', 'basic'],
    ]);
  });

  test('is what it does: whatever it says to be open lets everybody in, and nothing else does', async () => {
    const tokens: Record<string, string> = { predictBearer: 'client', feedbackBearer: 'judge' };
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { security = [] }] of Object.entries(methods)) {
        const url = `http://127.0.0.1:${server.httpPort}${path.replaceAll('{model}', 'lines').replaceAll('{version}', '3').replaceAll('{unit}', 'lines-unit')}`;
        const ask = async (token?: string): Promise<number> => {
          const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
          const answer = await fetch(url, { method, headers, ...(method === 'post' && { body: '{}' }) });
          await answer.arrayBuffer();
          return answer.status;
        };
        const [scheme] = Object.keys(security[0] ?? {});
        expect((await ask()) === 401, `${method} ${path}`).toBe(scheme !== undefined);
        if (scheme !== undefined) expect([401, 403], `${method} ${path}`).not.toContain(await ask(tokens[scheme]));
      }
  });
});
