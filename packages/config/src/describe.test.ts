import { expect, test } from 'vitest';
import * as z from 'zod';
import { describeSettings, redact } from './describe.ts';
import { boolean, number, port, setting } from './setting.ts';

const settings = {
  httpPort: setting(port.default(9000), 'Port of REST. 0 takes any free one.', {
    env: ['PREDICTIVE_UNIT_HTTP_SERVICE_PORT', 'PREDICTIVE_UNIT_SERVICE_PORT'],
  }),
  store: setting(z.string().default('./models'), 'Where models are.'),
  model: setting(z.string(), 'Which model is served.'),
  version: setting(z.string().optional(), 'Which version.'),
  limit: setting(number.default(Infinity), 'More takes more memory.'),
  tags: setting(z.array(z.string()).default(['a', 'b']), 'Words.'),
  reload: setting(
    boolean.default(false),
    `Whether it looks for a new version by itself. ${'Looking costs a little, and not looking costs a restart. '.repeat(3)}`,
  ),
  token: setting(z.string().default('hunter2'), 'What clients must show.', { secret: true }),
  password: setting(z.string().optional(), 'Of the store.', { secret: true }),
};

test('the help tells of each setting its flag, what it trades, its default and its variables, in 80 columns', () => {
  expect(describeSettings('rf-runtime: serves a random forest', settings)).toMatchInlineSnapshot(`
    "rf-runtime: serves a random forest

      --http-port <value>
          Port of REST. 0 takes any free one.
          Default: 9000. Variable: SWITCHYARD_HTTP_PORT,
          PREDICTIVE_UNIT_HTTP_SERVICE_PORT, PREDICTIVE_UNIT_SERVICE_PORT.

      --store <value>
          Where models are.
          Default: "./models". Variable: SWITCHYARD_STORE.

      --model <value>
          Which model is served.
          Default: none, it must be given. Variable: SWITCHYARD_MODEL.

      --version <value>
          Which version.
          Default: none. Variable: SWITCHYARD_VERSION.

      --limit <value>
          More takes more memory.
          Default: Infinity. Variable: SWITCHYARD_LIMIT.

      --tags <value>
          Words.
          Default: ["a","b"]. Variable: SWITCHYARD_TAGS.

      --[no-]reload
          Whether it looks for a new version by itself. Looking costs a little, and
          not looking costs a restart. Looking costs a little, and not looking costs
          a restart. Looking costs a little, and not looking costs a restart.
          Default: false. Variable: SWITCHYARD_RELOAD.

      --token <value>
          What clients must show.
          Default: (set). Variable: SWITCHYARD_TOKEN.

      --password <value>
          Of the store.
          Default: none. Variable: SWITCHYARD_PASSWORD.
    "
  `);
});

test('no line of the help is longer, except by a word that could not be copied if it were broken', () => {
  const long = `x${'y'.repeat(90)}`;
  const usage = `rf-runtime ${'serves a forest '.repeat(10)}\n\n  indented ${'and long '.repeat(20)}`;
  const lines = describeSettings(usage, { ...settings, more: setting(z.string(), `See ${long} for more.`) }).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([`      ${long}`]);
  expect(lines.some((line) => line.length === 80)).toBe(true);
  expect(lines.filter((line) => /^ {2}(indented|and|long) /.test(line)).length).toBeGreaterThan(2); // its indent goes on
});

test('values are shown as they are in force, a secret only as set or not', () => {
  const values = { httpPort: 1, model: 'mnist', version: undefined, token: 'hunter2', password: undefined };
  expect(redact(settings, values as never)).toEqual({
    httpPort: 1,
    model: 'mnist',
    version: undefined,
    token: '(set)',
    password: undefined,
  });
});
