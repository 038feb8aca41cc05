import { expect, test } from 'vitest';
import { matches, parseCredentials } from './credentials.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const some = parseCredentials('# of the shop\n\nt0ken\r\nann:a secret: of hers\n', 'some');

test.each(['Bearer t0ken', 'bearer t0ken', '  BEARER   t0ken ', basic('ann:a secret: of hers')])('%j is one of them', (header) =>
  expect(matches(some, header)).toBe(true),
);

test.each([
  '',
  't0ken',
  'Bearer',
  'Bearer t0ke',
  'Bearer t0kenn',
  'Basic t0ken',
  basic('ann'),
  basic('ann:'),
  basic('bob:a secret: of hers'),
  'Bearer # of the shop',
])('%j is none', (header) => expect(matches(some, header)).toBe(false));
