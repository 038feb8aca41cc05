import { describe, expect, test } from 'vitest';
import type { Progress } from './progress.ts';
import { progressReporter } from './progress-reporter.ts';

/** Reports steps, `milliseconds` apart, and answers what came out. */
function watch(steps: readonly Progress[], milliseconds: number, output: { isTTY?: boolean; columns?: number; send?: boolean } = {}) {
  let time = 0;
  const messages: object[] = [];
  let text = '';
  const report = progressReporter('rf-trainer', {
    ...(output.send && { send: (message: object) => messages.push(message) }),
    stream: { isTTY: output.isTTY ?? false, columns: output.columns ?? 80, write: (part: string) => (text += part) },
    now: () => time,
  });
  for (const step of steps) {
    report(step);
    time += milliseconds;
  }
  return { messages, text };
}

const steps = (total: number): Progress[] => Array.from({ length: total + 1 }, (_, done) => ({ phase: 'trees', done, total }));

describe('progressReporter', () => {
  test('sends messages to a parent, and then prints nothing', () => {
    const { messages, text } = watch([{ phase: 'train', done: 1, total: 4, detail: 'loss 0.31' }], 0, { send: true });
    expect(messages).toEqual([{ type: 'progress', component: 'rf-trainer', phase: 'train', done: 1, total: 4, detail: 'loss 0.31' }]);
    expect(text).toBe('');
  });

  test('sends at most some twenty messages a second, the first and the last among them', () => {
    const { messages } = watch(steps(1000), 1, { send: true });
    expect(messages.length).toBeGreaterThan(15);
    expect(messages.length).toBeLessThan(25);
    expect(messages[0]).toMatchObject({ done: 0 });
    expect(messages.at(-1)).toMatchObject({ done: 1000 });
  });

  test('draws one live line on a terminal, no wider than it', () => {
    const { text } = watch(steps(30), 100, { isTTY: true, columns: 40 });
    const lines = text.split('\r\u001B[K').slice(1);
    expect(lines).toHaveLength(31);
    expect(Math.max(...lines.map((line) => line.trimEnd().length))).toBeLessThan(40);
    expect(lines[15]).toBe('rf-trainer: ██████████░░░░░░░░░░ trees ');
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('writes plain lines elsewhere, 10 % apart where steps are slow', () => {
    const lines = watch(steps(100), 1000).text.trimEnd().split('\n');
    expect(lines).toEqual(Array.from({ length: 11 }, (_, tenth) => `rf-trainer: trees ${tenth * 10}/100`));
  });

  test('writes plain lines a second apart where steps are fast', () => {
    const lines = watch(steps(100), 30).text.trimEnd().split('\n'); // three seconds
    expect(lines).toEqual(['0/100', '34/100', '68/100', '100/100'].map((part) => `rf-trainer: trees ${part}`));
  });

  test('always tells the beginning of a phase', () => {
    const phases = ['load', 'train', 'evaluate'].map((phase) => ({ phase, done: 0, total: 1 }));
    expect(watch(phases, 1).text.trimEnd().split('\n')).toHaveLength(3);
  });

  test('a phase without steps is done', () => {
    expect(watch([{ phase: 'load', done: 0, total: 0 }], 0, { isTTY: true }).text).toContain('████████████████████ load 0/0\n');
  });
});
