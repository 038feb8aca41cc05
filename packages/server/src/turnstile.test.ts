import { PassThrough } from 'node:stream';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { turnstile } from './turnstile.ts';

test('connections that wait are read again by turns, in their order, and nothing turns when none is left', () => {
  const turns: (() => void)[] = [];
  const inTurn = turnstile({ soon: (work) => void turns.push(work) });
  const sockets = Array.from({ length: 80 }, () => new PassThrough().resume());
  for (const socket of [...sockets, ...sockets]) inTurn(socket as unknown as Socket);
  expect(turns).toHaveLength(1);
  const flowing = (): string => sockets.map((socket) => (socket.isPaused() ? '-' : '+')).join('');
  const seen: string[] = [];
  for (let turn = turns.shift(); turn; turn = turns.shift()) {
    turn();
    seen.push(flowing());
  }
  expect(seen).toEqual([0, 32, 64, 80].map((read) => '+'.repeat(read).padEnd(80, '-')));
});

test('one that comes again while others wait is behind them', () => {
  const turns: (() => void)[] = [];
  const inTurn = turnstile({ soon: (work) => void turns.push(work) });
  const sockets = Array.from({ length: 33 }, () => new PassThrough().resume());
  const [first, last] = [sockets[0]!, sockets[32]!];
  for (const socket of sockets) inTurn(socket as unknown as Socket);
  turns.shift()!();
  turns.shift()!();
  expect([first.isPaused(), last.isPaused()]).toEqual([false, true]);
  inTurn(first as unknown as Socket);
  turns.shift()!();
  expect([first.isPaused(), last.isPaused()]).toEqual([true, false]);
});
