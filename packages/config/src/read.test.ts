import { describe, expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { readSettings } from './read.ts';
import { boolean, integer, port, setting } from './setting.ts';

const settings = {
  httpPort: setting(port.default(9000), '', { env: ['PREDICTIVE_UNIT_HTTP_SERVICE_PORT', 'PREDICTIVE_UNIT_SERVICE_PORT'] }),
  store: setting(z.string().optional(), ''),
  reload: setting(boolean.default(true), ''),
};
const parameters = (...list: unknown[]): Record<string, string> => ({ PREDICTIVE_UNIT_PARAMETERS: JSON.stringify(list) });
const read = (argv: string[], env: Record<string, string> = {}): unknown => readSettings(settings, { argv, env });

describe('a setting comes', () => {
  const everywhere = {
    ...parameters({ name: 'httpPort', value: '5', type: 'INT' }),
    PREDICTIVE_UNIT_SERVICE_PORT: '4',
    PREDICTIVE_UNIT_HTTP_SERVICE_PORT: '3',
    SWITCHYARD_HTTP_PORT: '2',
  };
  const order = Object.keys(everywhere).toReversed(); // from the strongest to the weakest

  test('from its flag before all else', () => {
    expect(read(['--http-port', '1'], everywhere)).toMatchObject({ httpPort: 1 });
  });

  test.each(order.map((name, at) => [name, at]))('from %s, where nothing stronger says otherwise', (_, at) => {
    const weaker = Object.fromEntries(Object.entries(everywhere).filter(([name]) => order.indexOf(name) >= at));
    expect(read([], weaker)).toMatchObject({ httpPort: at + 2 });
  });

  test('from its default otherwise, for which an empty variable makes way', () => {
    expect(read([], { SWITCHYARD_HTTP_PORT: '', PREDICTIVE_UNIT_PARAMETERS: '' })).toEqual({
      httpPort: 9000,
      store: undefined,
      reload: true,
    });
  });

  test('typed, from flags and variables alike', () => {
    const values = readSettings(settings, { argv: ['--no-reload'], env: { SWITCHYARD_STORE: '/data' } });
    expectTypeOf(values).toEqualTypeOf<{ readonly httpPort: number; readonly store: string | undefined; readonly reload: boolean }>();
    expect(values).toEqual({ httpPort: 9000, store: '/data', reload: false });
  });

  test('from the process where nothing else is said', () => {
    const only = { path: setting(z.string(), '', { env: ['PATH'] }) };
    expect(readSettings(only, { argv: [] })).toEqual({ path: process.env['PATH'] });
  });
});

describe("the graph's parameters", () => {
  test.each(['modelName', 'model_name', 'model-name'])('may be written %s', (name) => {
    const values = readSettings(
      { modelName: setting(z.string(), '') },
      { argv: [], env: parameters({ name, value: 'mnist', type: 'STRING' }) },
    );
    expect(values).toEqual({ modelName: 'mnist' });
  });

  test('may have numbers and truth values as they are, and parameters for others', () => {
    const list = parameters(
      { name: 'http_port', value: 7 },
      { name: 'reload', value: false },
      { name: 'ratioA', value: '0.5', type: 'FLOAT' },
    );
    expect(read([], list)).toEqual({ httpPort: 7, store: undefined, reload: false });
  });

  test('do not reach what every object has', () => {
    expect(readSettings({ constructor: setting(z.string().optional(), '') }, { argv: [], env: parameters() })).toEqual({
      constructor: undefined,
    });
  });

  test.each(['{', '{}', '[1]', '[{"name": "a"}]', '[{"name": "a", "value": null}]'])('are refused as %s, without being printed', (text) => {
    expect(() => read([], { PREDICTIVE_UNIT_PARAMETERS: text })).toThrow(
      expect.objectContaining({
        name: 'SettingsError',
        message: 'PREDICTIVE_UNIT_PARAMETERS is not a JSON list of {"name", "value", "type"}',
      }),
    );
  });

  test('are named in the error where their value does not fit', () => {
    expect(() => read([], parameters({ name: 'http_port', value: 'http' }))).toThrow(
      'the graph\'s parameter "httpPort" "http": a whole number is expected',
    );
  });
});

describe('what cannot be used', () => {
  test('is told all at once, each with its place, its value and what is expected', () => {
    const more = { ...settings, name: setting(z.string(), ''), steps: setting(integer.pipe(z.int().min(1)).default(1), '') };
    const reading = (): unknown =>
      readSettings(more, { argv: ['--colour', 'red', '--steps=0', '--reload=maybe'], env: { PREDICTIVE_UNIT_SERVICE_PORT: '70000' } });
    expect(reading).toThrow(
      [
        'there is no flag --colour; --help lists them all',
        'PREDICTIVE_UNIT_SERVICE_PORT "70000": a port is from 0 to 65535',
        '--reload "maybe": true or false is expected (or yes, no, on, off, 1, 0)',
        '--name (or the variable SWITCHYARD_NAME) is missing',
        '--steps "0": Too small: expected number to be >=1',
      ].join('\n'),
    );
  });

  test('is not printed where it is secret', () => {
    const secret = { token: setting(z.string().min(20), '', { secret: true }) };
    const message = 'SWITCHYARD_TOKEN: Too small: expected string to have >=20 characters';
    expect(() => readSettings(secret, { argv: [], env: { SWITCHYARD_TOKEN: 'hunter2' } })).toThrow(expect.objectContaining({ message }));
  });
});
