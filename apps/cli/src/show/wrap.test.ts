import { expect, it } from 'vitest';
import { wrap } from './wrap.ts';

it('breaks between words and indents what follows', () => {
  expect(wrap('  tf-model: image a/b is tf-runtime here', 20)).toBe('  tf-model: image\n    a/b is\n    tf-runtime here');
});

it('leaves a short line as it is, and a long word whole', () => {
  expect(wrap('short', 20)).toBe('short');
  expect(wrap('see /a/very/long/path/indeed', 10)).toBe('see\n  /a/very/long/path/indeed');
});
