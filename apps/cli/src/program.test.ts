import { expect, it } from 'vitest';
import type { Command } from 'commander';
import { program } from './program.ts';

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
const commands = all(program());

it('describes every command in lines that fit a terminal', () => {
  expect(commands.map((each) => each.name())).toEqual(
    expect.arrayContaining(['up', 'train', 'predict', 'feedback', 'models', 'list', 'show', 'verify', 'client', 'generate', 'validate']),
  );
  for (const command of commands) {
    expect(command.description(), command.name()).not.toBe('');
    for (const line of command.helpInformation().split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  }
});

it('has JSON for every command that answers', () => {
  const silent = commands.filter((each) => each.commands.length === 0 && !each.options.some(({ long }) => long === '--json'));
  expect(silent.map((each) => each.name())).toEqual([]);
});

it.each([
  [['up', '--port', '70000'], 'ports are 0 to 65535'],
  [['up', '--requests', '-1'], 'not a whole number'],
  [['feedback', '--reward', 'good'], '"good" is not a number'],
  [['feedback'], "required option '--reward"],
  [['predit', '7'], 'Did you mean predict?'],
])('refuses %j in words', async (args, words) => {
  const said: string[] = [];
  const command = program();
  for (const each of all(command)) each.configureOutput({ writeErr: (text) => void said.push(text) });
  await expect(command.parseAsync(args, { from: 'user' })).rejects.toMatchObject({ name: 'CommanderError' });
  expect(said.join('')).toContain(words);
});
