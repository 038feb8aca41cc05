import { expect, test } from 'vitest';
import * as z from 'zod';
import { readFlags } from './flags.ts';
import { boolean, integer, setting } from './setting.ts';

const settings = {
  httpPort: setting(integer.default(9000), ''),
  store: setting(z.string().optional(), ''),
  verbose: setting(boolean.default(false), ''),
  noProxy: setting(z.string().optional(), ''),
};
const read = (...argv: string[]): unknown => {
  const { values, problems } = readFlags(settings, argv);
  return problems.length > 0 ? problems : Object.fromEntries(values);
};

test.each<[string[], Record<string, string>]>([
  [[], {}],
  [['--http-port', '1'], { 'http-port': '1' }],
  [['--http-port=1'], { 'http-port': '1' }],
  [['--http-port', '1', '--http-port=2'], { 'http-port': '2' }],
  [['--http-port', '-1'], { 'http-port': '-1' }],
  [['--http-port', '-.5'], { 'http-port': '-.5' }],
  [['--store', ''], { store: '' }],
  [['--store='], { store: '' }],
  [['--store=a=b\nc'], { store: 'a=b\nc' }],
  [['--store=--verbose'], { store: '--verbose' }],
  [['--verbose', '--store', 'x'], { verbose: 'true', store: 'x' }],
  [['--no-verbose'], { verbose: 'false' }],
  [['--verbose', '--no-verbose'], { verbose: 'false' }],
  [['--verbose=off'], { verbose: 'off' }],
  [['--no-proxy', 'host'], { 'no-proxy': 'host' }],
])('%j is read', (argv, values) => {
  expect(read(...argv)).toEqual(values);
});

test.each<[string[], string[]]>([
  [['--http-port'], ['--http-port needs a value']],
  [['--store', '--verbose'], ['--store needs a value']],
  [
    ['--store', '-x'],
    ['--store needs a value', '"-x" is not a flag; settings are given as --name value'],
  ],
  [['--http-prot', '1'], ['there is no flag --http-prot; did you mean --http-port?; --help lists them all']],
  [['--colour=red'], ['there is no flag --colour; --help lists them all']],
  [['--httpPort', '1'], ['there is no flag --httpPort; did you mean --http-port?; --help lists them all']],
  [['--no-store'], ['there is no flag --no-store; --help lists them all']],
  [['--no-verbose=true'], ['there is no flag --no-verbose; --help lists them all']],
  [['--unknown', '--verbose'], ['there is no flag --unknown; --help lists them all']],
  [['-v'], ['"-v" is not a flag; settings are given as --name value']],
  [['--'], ['"--" is not a flag; settings are given as --name value']],
  [['--verbose', 'yes'], ['"yes" is not a flag; settings are given as --name value']],
  [
    ['x', '--http-port'],
    ['"x" is not a flag; settings are given as --name value', '--http-port needs a value'],
  ],
])('%j is refused', (argv, problems) => {
  expect(read(...argv)).toEqual(problems);
});
