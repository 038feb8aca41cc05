import { describe, expect, test } from 'vitest';
import { decodeSeldonJson } from '@switchyard/protocol';
import { at, callOf, jsonOf, restModel, textOf } from './test/graph.ts';
import { failure, graph, request, restUnit, tensor } from './test/harness.ts';
import type { RestUnit } from './test/rest-unit.ts';

describe('a request on its way', () => {
  test('a body passes through a model byte for byte, but for its meta', async () => {
    const model = await restUnit(() => '{"data": {"names":["a"], "ndarray":[[1.0, 12345678901234567890, 1e2]]}}');
    const predictor = await graph(restModel('m', model.port));
    const body = '{ "data" : {"ndarray": [[1.0,2.50, 98765432109876543210]] } }';
    const answer = await predictor.predict(
      callOf(decodeSeldonJson(Buffer.from(body)), { headers: { 'x-user': 'u1', 'content-length': '3' } }),
    );
    expect(model.received[0]).toMatchObject({ method: 'POST', path: '/predict', body });
    expect(model.received[0]?.headers).toMatchObject({
      'seldon-puid': 'puid-1',
      'x-user': 'u1',
      'content-type': 'application/json',
      'content-length': String(body.length),
    });
    expect(textOf(answer)).toContain('"data": {"names":["a"], "ndarray":[[1.0, 12345678901234567890, 1e2]]}');
    expect(answer.meta).toEqual({ puid: 'puid-1', tags: {}, routing: {}, requestPath: { m: 'acme/m:1.0' } });
  });

  test('a router goes to the branch that it says in any of the three forms', async () => {
    const branches = await Promise.all([restUnit(() => tensor(0)), restUnit(() => tensor(1))]);
    for (const said of ['{"data":{"ndarray":[[1]]}}', '{"data":{"tensor":{"shape":[1,1],"values":[1]}}}', '[1]']) {
      const router = await restUnit(() => said);
      const predictor = await graph({
        name: 'r',
        type: 'ROUTER',
        ...at(router.port),
        children: [restModel('a', branches[0].port), restModel('b', branches[1].port)],
      });
      const answer = await predictor.predict(callOf(request));
      expect(router.received[0]).toMatchObject({ path: '/route', body: JSON.stringify(request) });
      expect(answer.meta).toMatchObject({ routing: { r: 1 }, requestPath: { r: 'acme/r:1.0', b: 'acme/b:1.0' } });
      expect(answer.meta.requestPath).not.toHaveProperty('a');
    }
    expect(branches[0].received).toHaveLength(0);
  });

  test('−2 gives the request back; −1 asks all and answers as the first', async () => {
    const [a, b] = await Promise.all([restUnit(() => tensor(0)), restUnit(() => tensor(1))]);
    const choices = ['[-2]', '[-1]'];
    const router = await restUnit(() => choices.shift() as string);
    const predictor = await graph({
      name: 'r',
      type: 'ROUTER',
      ...at(router.port),
      children: [restModel('a', a.port), restModel('b', b.port)],
    });
    const back = await predictor.predict(callOf(request));
    expect(jsonOf(back)).toMatchObject({ ...request, meta: { routing: { r: -2 } } });
    expect([a.received.length, b.received.length]).toEqual([0, 0]);
    const all = await predictor.predict(callOf(request));
    expect(jsonOf(all)).toMatchObject({ data: { tensor: { values: [0] } }, meta: { routing: { r: -1 } } });
    expect([a.received.length, b.received.length]).toEqual([1, 1]);
  });

  test.each([
    ['{"data":{"ndarray":[[2]]}}', 'router "r" chose branch 2; its branches are 0..1, −1 for all, −2 for none'],
    ['[-3]', 'router "r"'],
    ['[0.5]', 'router "r"'],
    ['{"data":{"ndarray":[]}}', 'router "r" did not answer with a branch'],
    ['{}', 'router "r" did not answer with a branch'],
    ['{"strData":"left"}', 'router "r" did not answer with a branch'],
    ['oops', 'unit "r"'],
  ])('a router that answers %s is named in the error', async (said, message) => {
    const router = await restUnit(() => said);
    const predictor = await graph({ name: 'r', type: 'ROUTER', ...at(router.port), children: [restModel('a', 1), restModel('b', 1)] });
    const error = await failure(predictor.predict(callOf(request)));
    expect(error.code).toBe('INTERNAL');
    expect(error.message).toContain(message);
  });

  test('transformers work before and after, a combiner gets all answers in the order of its children', async () => {
    const paths: string[] = [];
    const answering = (name: string, body: string): Promise<RestUnit> =>
      restUnit(({ path }) => {
        paths.push(`${name} ${path}`);
        return body;
      });
    const clean = await answering('clean', '{"data":{"ndarray":[[7]]},"meta":{"tags":{"clean":true}}}');
    const polish = await answering('polish', '{"strData":"done","meta":{"tags":{"polish":1}}}');
    const mix = await answering('mix', '{"data":{"ndarray":[[5]]}}');
    const a = await answering('a', '{"data":{"ndarray":[[4]]},"meta":{"tags":{"who":"a"}}}');
    const b = await answering('b', '{"data":{"ndarray":[[6]]},"meta":{"tags":{"b":[1]}}}');
    const predictor = await graph({
      name: 'polish',
      type: 'OUTPUT_TRANSFORMER',
      ...at(polish.port),
      children: [
        {
          name: 'clean',
          type: 'TRANSFORMER',
          ...at(clean.port),
          children: [{ name: 'mix', type: 'COMBINER', ...at(mix.port), children: [restModel('a', a.port), restModel('b', b.port)] }],
        },
      ],
    });
    const answer = await predictor.predict(callOf(request));
    expect(paths[0]).toBe('clean /transform-input');
    expect(paths.slice(1, 3).toSorted()).toEqual(['a /predict', 'b /predict']);
    expect(paths.slice(3)).toEqual(['mix /aggregate', 'polish /transform-output']);
    expect(JSON.parse(a.received[0]?.body ?? '').data).toEqual({ ndarray: [[7]] });
    const list = JSON.parse(mix.received[0]?.body ?? '').seldonMessages as { data: unknown }[];
    expect(list.map(({ data }) => data)).toEqual([{ ndarray: [[4]] }, { ndarray: [[6]] }]);
    expect(JSON.parse(polish.received[0]?.body ?? '').data).toEqual({ ndarray: [[5]] });
    expect(jsonOf(answer)).toMatchObject({ strData: 'done' });
    expect(answer.meta).toMatchObject({
      tags: { clean: true, polish: 1, who: 'a', b: [1] },
      routing: { polish: -1, clean: -1, mix: -1 },
    });
    expect(Object.keys(answer.meta.requestPath ?? {}).toSorted()).toEqual(['a', 'b', 'clean', 'mix', 'polish']);
  });

  test('methods stand in for a type', async () => {
    const both = await restUnit(({ path }) => JSON.stringify({ strData: path }));
    const predictor = await graph({ name: 'both', methods: ['TRANSFORM_INPUT', 'TRANSFORM_OUTPUT'], ...at(both.port) });
    expect(jsonOf(await predictor.predict(callOf(request)))).toMatchObject({ strData: '/transform-output' });
    expect(both.received.map(({ path }) => path)).toEqual(['/transform-input', '/transform-output']);
  });

  test('of the tags of branches the later branch counts, though it answers first', async () => {
    const tagged = (who: string): string => JSON.stringify({ meta: { tags: { who } }, data: { ndarray: [[1]] } });
    const slow = await restUnit(() => new Promise((resolve) => void setTimeout(resolve, 30, tagged('slow'))));
    const quick = await restUnit(() => tagged('quick'));
    const mix = await restUnit(() => '{"data":{"ndarray":[[5]]}}');
    const predictor = await graph({
      name: 'mix',
      type: 'COMBINER',
      ...at(mix.port),
      children: [restModel('a', slow.port), restModel('b', quick.port)],
    });
    const { meta } = await predictor.predict(callOf(request));
    expect(meta.tags).toEqual({ who: 'quick' });
    expect(Object.keys(meta.requestPath ?? {})).toEqual(['mix', 'a', 'b']);
  });
});
