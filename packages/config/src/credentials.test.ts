import { expect, test } from 'vitest';
import { authorizationOf, readCredentials } from './credentials.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('each line is a token, or user and password', () => {
  expect(readCredentials('# of the shop\n\nt0ken\r\nann:a secret: of hers\n', 'f')).toEqual([
    'Bearer t0ken',
    basic('ann:a secret: of hers'),
  ]);
});

test.each([
  ['', 'f has no credentials: a line is a token, or user:password'],
  ['# nobody', 'f has no credentials'],
  ['fine\ntwo words', 'f, line 2: a token has no spaces in it'],
  ['a\n'.repeat(1001), 'f has 1001 credentials; the most is 1000'],
])('%j is refused, without its secrets', (text, message) => {
  expect(() => readCredentials(text, 'f')).toThrow(message);
});

test('who calls others sends the first', () => {
  expect(authorizationOf('# ours\nt0ken\nann:secret', 'f')).toBe('Bearer t0ken');
  expect(authorizationOf('ann:pässword', 'f')).toBe(basic('ann:pässword'));
  expect(() => authorizationOf('tökén', 'f')).toThrow('f: its first token has characters other than those of ASCII');
});
