import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, test } from 'vitest';
import { linearPredictor, serveLocally } from '../fixtures/serving.ts';
import type { DataPlane } from '../data-plane.ts';
import { allRoutes } from '../rest/routes.ts';
import { openApiDocument } from './document.ts';

type Operation = { readonly operationId: string; readonly parameters?: readonly { readonly name: string }[] };
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

describe.each(['model', 'router'] as const)('the OpenAPI document of a %s', (kind) => {
  const document = openApiDocument(kind, { title: 'lines', version: '1.0.0' }) as Document;

  test('is free of what a linter finds', async () => {
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
    const written = (path: string) => path.replace(/\/:(?!:)(\w+)/g, '/{$1}').replace('/::', '/:');
    const routed = routes.flatMap(({ path, methods }) => methods.map((method) => `${method.toLowerCase()} ${written(path)}`));
    const named = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(named.toSorted()).toEqual(routed.toSorted());

    const admitted = routes.flatMap(({ path, methods, admitted }) =>
      admitted ? methods.map((each) => `${each.toLowerCase()} ${written(path)}`) : [],
    );
    const limited = named.filter((each) => {
      const [method, path] = each.split(' ') as [string, string];
      return document.paths[path]![method]!.parameters?.some(({ name }) => name === 'X-Request-Timeout');
    });
    expect(limited.toSorted()).toEqual(admitted.toSorted());
  });

  test('is served', async () => {
    const server = await serveLocally(linearPredictor(), { kind, drainMs: 20 });
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
