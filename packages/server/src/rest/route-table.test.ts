import { expect, test } from 'vitest';
import type { Route } from './exchange.ts';
import { routeTable, stripPrefix } from './route-table.ts';

const route = (path: string): Route => ({
  path,
  methods: ['GET'],
  service: path,
  errors: () => ({ status: 500, headers: {}, body: '' }),
  handle: () => ({ status: 200, headers: {}, body: '' }),
});
const find = routeTable(['/a', '/models/:model', '/models/infer', '/models/:model/versions/:version'].map(route));
const found = (path: string) => find(path).matches.map((match) => [match.route.path, match.params]);

test('a path finds its route, and its parts are decoded', () => {
  expect(found('/a')).toEqual([['/a', {}]]);
  expect(found('/models/a%20b/versions/3')).toEqual([['/models/:model/versions/:version', { model: 'a b', version: '3' }]]);
});

test('a path without names wins', () => expect(found('/models/infer')).toEqual([['/models/infer', {}]]));

test('a verb at the end of a part is no part of the name, and a path that has it no path of a model', () => {
  const find = routeTable(['/v1/models/:model', '/v1/models/:model:predict'].map(route));
  const paths = (path: string) => find(path).matches.map((match) => [match.route.path, match.params]);
  expect(paths('/v1/models/a:b:predict')).toEqual([['/v1/models/:model:predict', { model: 'a:b' }]]);
  expect(routeTable([route('/v1/:model/::predict')])('/v1/a/:predict').matches[0]?.params).toEqual({ model: 'a' });
  expect(paths('/v1/models/:predict')).toEqual([['/v1/models/:model', { model: ':predict' }]]);
  expect(paths('/v1/models/a:explain')).toEqual([['/v1/models/:model', { model: 'a:explain' }]]);
});

test('other paths find nothing', () => {
  for (const path of ['/', '/b', '/a/', '/models/', '/models/x/y', '/models//versions/3']) expect(found(path)).toEqual([]);
});

test('a part that is no proper code stays as it came', () => expect(found('/models/%zz')).toEqual([['/models/:model', { model: '%zz' }]]));

test.each([
  ['/seldon/a/ready', '/ready'],
  ['/seldon/ns/a/ready', '/ready'],
  ['/seldon/ab/ready', '/seldon/ab/ready'],
  ['/seldon/a', '/'],
  ['/ready', '/ready'],
  ['/ready/', '/ready'],
  ['/', '/'],
])('without its prefix, %s is %s', (path, rest) => expect(stripPrefix(path, ['/seldon/ns/a', '/seldon/a'])).toBe(rest));
