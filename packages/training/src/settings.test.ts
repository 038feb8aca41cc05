import { readSettings, SettingsError } from '@switchyard/config';
import { expect, test } from 'vitest';
import { trainingSettings } from './settings.ts';

const read = (argv: string[], env: Record<string, string> = {}) => readSettings(trainingSettings('mnist-forest'), { argv, env });

test('everything has a default', () => {
  expect(read([])).toEqual({
    data: 'mnist',
    format: undefined,
    labelColumn: undefined,
    split: 'given',
    testFraction: 0.2,
    name: 'mnist-forest',
    store: './.switchyard/models',
    seed: 0,
  });
});

test('a split is a word or a fraction', () => {
  expect(read(['--split', 'half']).split).toBe('half');
  expect(read(['--split', '0.25']).split).toBe(0.25);
});

test.each(['thirds', '0', '1', '-0.5', 'NaN', ''])('"%s" is no split', (split) => {
  expect(() => read([`--split=${split}`])).toThrow(SettingsError);
  expect(() => read([`--split=${split}`])).toThrow(/a split is "given", "half" or a fraction between 0 and 1/);
});

test.each(['0', '1', '1.5', 'some'])('"%s" is no fraction for testing', (fraction) => {
  expect(() => read(['--test-fraction', fraction])).toThrow(SettingsError);
});

test.each(['-1', '1.5', '4294967296'])('"%s" is no seed', (seed) => {
  expect(() => read([`--seed=${seed}`])).toThrow(SettingsError);
});

test('the store comes from the variable that images set', () => {
  expect(read([], { SWITCHYARD_STORE: '/data' }).store).toBe('/data');
});
