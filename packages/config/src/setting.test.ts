import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { boolean, integer, isBoolean, number, port } from './setting.ts';

const problem = (schema: z.ZodType, value: unknown): string | undefined => schema.safeParse(value).error?.issues[0]?.message;

describe('numbers', () => {
  test.each<[z.ZodType, unknown, number]>([
    [number, '0.5', 0.5],
    [number, '-1e3', -1000],
    [number, ' 7 ', 7],
    [number, 3, 3],
    [integer, '-12', -12],
    [integer, '1e3', 1000],
    [port, '0', 0],
    [port, '65535', 65535],
  ])('%# %j is read', (schema, value, result) => {
    expect(schema.parse(value)).toBe(result);
  });

  test.each<[z.ZodType, unknown, string]>([
    [number, 'half', 'a number is expected'],
    [number, '', 'a number is expected'],
    [number, ' ', 'a number is expected'],
    [number, 'Infinity', 'a number is expected'],
    [number, 'NaN', 'a number is expected'],
    [number, true, 'a number is expected'],
    [integer, '1.5', 'a whole number is expected'],
    [integer, '', 'a whole number is expected'],
    [integer, '9007199254740993', 'a whole number is expected'],
    [port, '65536', 'a port is from 0 to 65535'],
    [port, '-1', 'a port is from 0 to 65535'],
    [port, 'http', 'a whole number is expected'],
  ])('%# %j is not', (schema, value, message) => {
    expect(problem(schema, value)).toBe(message);
  });

  test('take a default, may be optional, and can be narrowed', () => {
    expect(integer.default(3).parse(undefined)).toBe(3);
    expect(integer.optional().parse(undefined)).toBeUndefined();
    expect(problem(integer, undefined)).toBe('a whole number is expected');
    expect(problem(integer.pipe(z.int().min(1)), '0')).toContain('>=1');
  });
});

describe('truth', () => {
  test.each(['true', 'TRUE', 'yes', 'on', '1', true])('%j is true', (value) => expect(boolean.parse(value)).toBe(true));
  test.each(['false', 'False', 'no', 'off', '0', false])('%j is false', (value) => expect(boolean.parse(value)).toBe(false));
  test.each(['', 'maybe', 'constructor', 1, undefined])('%j is neither', (value) =>
    expect(problem(boolean, value)).toBe('true or false is expected (or yes, no, on, off, 1, 0)'),
  );
});

test('only truth values make a switch of a flag', () => {
  expect([boolean, boolean.default(false), boolean.default(true), boolean.optional(), z.boolean()].map(isBoolean)).toEqual(
    Array(5).fill(true),
  );
  const others = [
    z.string(),
    z.string().optional(),
    integer,
    number,
    port,
    port.default(1),
    z.enum(['a word', 'b']),
    z.enum(['a']),
    z.unknown(),
    z.coerce.number(),
  ];
  expect(others.map(isBoolean)).toEqual(others.map(() => false));
});
