import { expect, it } from 'vitest';
import { createTerminal } from './terminal.ts';

function record(isTTY: boolean): { written: string[]; stream: { isTTY: boolean; columns: number; write(text: string): void } } {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 40, write: (text) => void written.push(text) } };
}

it('writes plain lines without control characters where there is no terminal', () => {
  const { written, stream } = record(false);
  const terminal = createTerminal({ stream });
  const step = terminal.step('Train');
  step.update(0.5, 'loss 0.3');
  step.done('0.91');
  // eslint-disable-next-line no-control-regex
  expect(written.join('')).not.toMatch(/[\r]|\u001B\[K/);
  expect(written.join('')).toContain('Train  0.91\n');
});

it('keeps the live line below a notice that arrives meanwhile', () => {
  const { written, stream } = record(true);
  const terminal = createTerminal({ stream });
  terminal.step('Train');
  terminal.line('a notice');
  expect(written.at(-2)).toBe('a notice\n');
  expect(written.at(-1)).toContain('Train');
});

it('cuts the live line to the width of the terminal', () => {
  const { written, stream } = record(true);
  createTerminal({ stream }).step('x'.repeat(100));
  expect(written.at(-1)!.replace('\r\u001B[K', '')).toHaveLength(39);
});

it('prints only events, one JSON object a line, when asked for JSON', () => {
  const { written, stream } = record(true);
  const terminal = createTerminal({ json: true, stream });
  terminal.line('for people');
  terminal.step('Train').done('');
  terminal.event('ready', { port: 1 });
  expect(written).toEqual(['{"event":"ready","port":1}\n']);
});
