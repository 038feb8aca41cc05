import { expect, test } from 'vitest';
import { renderOptions } from './options.ts';

test('all have defaults', () => {
  expect(renderOptions.parse({})).toMatchObject({ namespace: 'default', routes: 'gateway', gateway: { name: 'switchyard' } });
});

test.each([
  [{ route: 'none' }, 'route'],
  [{ gateway: { nam: 'x' } }, 'gateway'],
  [{ state: 'state' }, 'state'],
  [{ namespace: 'Not A Name' }, 'namespace'],
  [{ security: { credentials: { secret: 'a b' } } }, 'security.credentials.secret'],
  [{ security: { credentials: { secret: 'a', predict: '' } } }, 'no key of the Secret is used'],
  [{ security: { tls: { clientCaSecret: 'a' } } }, 'clientCaSecret needs secret'],
  [{ security: { unitTls: { mutual: true } } }, 'serverName and mutual need secret'],
  [{ requestLog: { url: 'sink.logs' } }, 'requestLog.url'],
  [{ requestLog: { sample: 2 } }, 'requestLog.sample'],
  [{ images: [{ repository: 'a', component: 'b', builtin: 'NONE' }] }, 'images'],
])('%j is refused', (options, key) => {
  const { error } = renderOptions.safeParse(options);
  expect(error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n')).toContain(key);
});

test('quantities may be numbers, as YAML has them', () => {
  const { resources } = renderOptions.parse({ resources: { router: { limits: { cpu: 2 } } } });
  expect(resources.router).toEqual({ requests: {}, limits: { cpu: '2' } });
  expect(resources.runtime.limits).toEqual({ memory: '1Gi' });
});
