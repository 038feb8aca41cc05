import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

const index = new URL('index.ts', import.meta.url).href;
const script = `
  import { integer, runComponent, setting, UserError } from ${JSON.stringify(index)};
  class StoreError extends Error {}
  const failures = {
    user: () => new UserError('the data is empty'),
    known: () => new StoreError('no such model'),
    bug: () => new TypeError('x is not a function', { cause: new Error('the cause') }),
    thrown: () => 'only a word',
  };
  await runComponent(
    'adder: adds one',
    { a: setting(integer, 'A number.') },
    async ({ a }) => {
      const failure = failures[process.env.FAIL];
      if (failure) throw failure();
      console.log(a + 1);
    },
    [StoreError],
  );
`;

/** Runs the script as a component: a process of its own, as its users run it. */
function run(argv: string[], failure = ''): { status: number | null; stdout: string; stderr: string } {
  const flags = ['--conditions=@switchyard/source', '--input-type=module', '--eval', script, '--', 'component.ts'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, FAIL: failure },
  });
  return { status, stdout, stderr };
}

describe('a component', () => {
  test('does its work and ends with 0', () => {
    expect(run(['--a', '41'])).toEqual({ status: 0, stdout: '42\n', stderr: '' });
  });

  test.each(['--help', '-h'])('shows its settings by %s, whatever else is said', (flag) => {
    const { status, stdout, stderr } = run(['--wrong', flag]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^adder: adds one\n\n {2}--a <value>\n/);
  });

  test('that is called wrongly says how, and ends with 2', () => {
    expect(run([])).toEqual({ status: 2, stdout: '', stderr: '--a (or the variable SWITCHYARD_A) is missing\n' });
  });

  test.each([
    ['user', 'the data is empty\n'],
    ['known', 'no such model\n'],
  ])('that fails by a %s error says its message alone, and ends with 1', (failure, stderr) => {
    expect(run(['--a', '1'], failure)).toEqual({ status: 1, stdout: '', stderr });
  });

  test('that fails as nobody foresaw shows stack and cause, and ends with 1', () => {
    const { status, stderr } = run(['--a', '1'], 'bug');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^TypeError: x is not a function\n {4}at .*\[cause\]: Error: the cause\n/s);
    expect(run(['--a', '1'], 'thrown')).toEqual({ status: 1, stdout: '', stderr: "'only a word'\n" });
  });
});
