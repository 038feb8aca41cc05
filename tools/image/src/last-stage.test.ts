import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lastStage } from './build-image.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '../Dockerfile'), 'utf8');

it('needs neither a shell nor the network nor root', () => {
  const stage = lastStage(dockerfile);
  expect(stage).not.toMatch(/^(RUN|ADD|SHELL)\b/m);
  expect(stage).toMatch(/^USER 1000:1000$/m);
  expect(stage).toMatch(/^ENTRYPOINT \["node", "\/app\/main\.js"\]$/m);
});

it('is the end of the Dockerfile that builds from a clone', () => {
  const [bundle, ...rest] = lastStage(dockerfile)
    .split(/(?=^FROM )/m)
    .slice(1);
  expect(bundle).toMatch(/^FROM scratch AS bundle\n/);
  expect(dockerfile.endsWith(rest.join(''))).toBe(true);
  expect(() => lastStage('FROM scratch\n')).toThrow('no line "# last stage"');
});
