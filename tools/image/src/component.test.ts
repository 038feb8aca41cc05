import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readComponent } from './component.ts';

const workspace = join(import.meta.dirname, '../../..');

it('reads what an image is made of from the package', () => {
  const component = readComponent(workspace, 'rf-runtime');
  expect(component).toMatchObject({ root: 'packages/rf-runtime', name: 'rf-runtime', packageName: '@switchyard/rf-runtime' });
  expect(component.entries).toEqual([{ name: 'main', packageName: '@switchyard/rf-runtime', file: 'packages/rf-runtime/src/main.ts' }]);
  expect(readComponent(workspace, 'packages/rf-runtime')).toEqual(component);
});

it('states the ports of those that serve', () => {
  const ports = (name: string) => readComponent(workspace, name).ports;
  expect(ports('tf-runtime')).toEqual([9000, 5000]);
  expect(ports('ab-router')).toEqual([8000, 5001]);
  expect(ports('cli')).toEqual([8000, 5001]);
  expect(ports('rf-trainer')).toEqual([]);
});

it('puts the components that an app starts beside it', () => {
  const { name, entries } = readComponent(workspace, 'cli');
  expect(name).toBe('switchyard');
  const names = entries.map((entry) => entry.name);
  expect(names[0]).toBe('main');
  expect(names).toEqual(expect.arrayContaining(['ab-router', 'rf-runtime', 'rf-trainer', 'tf-runtime', 'tf-trainer']));
  expect(names).not.toContain('protocol');
});

it('knows which compute with TensorFlow', () => {
  const names = ['tf-runtime', 'tf-trainer', 'cli', 'rf-runtime', 'ab-router', 'deployer'];
  expect(names.filter((name) => readComponent(workspace, name).native)).toEqual(['tf-runtime', 'tf-trainer', 'cli']);
});

it('refuses what has no image, and says why', () => {
  expect(() => readComponent(workspace, 'protocol')).toThrow('packages/protocol/package.json states no bin');
  expect(() => readComponent(workspace, 'nothing')).toThrow('there is no package "nothing": none of nothing, packages/nothing');
  expect(() => readComponent(workspace, '../main/packages/rf-runtime')).toThrow('there is no package');
});
