import { expect, test } from 'vitest';
import { createTerminal } from './terminal.ts';

function screen(options: { json?: boolean; isTTY?: boolean }) {
  let written = '';
  const terminal = createTerminal({
    json: options.json ?? false,
    stream: { write: (text: string) => (written += text), isTTY: options.isTTY ?? false, columns: 20 },
  });
  terminal.state('waiting');
  terminal.state('waiting');
  terminal.state('a state that is wider than the terminal');
  terminal.event('served', { version: 2 });
  terminal.line('done');
  return written;
}

test('elsewhere than on a terminal a state is a line, once', () => {
  expect(screen({})).toBe('waiting\na state that is wider than the terminal\ndone\n');
});

test('on a terminal a state is a line that is redrawn, no wider than the terminal', () => {
  expect(screen({ isTTY: true })).toBe('waiting\r\u001B[Ka state that is wid\r\u001B[Kdone\n');
});

test('as JSON there are events only', () => {
  expect(screen({ json: true, isTTY: true })).toBe('{"event":"served","version":2}\n');
});
