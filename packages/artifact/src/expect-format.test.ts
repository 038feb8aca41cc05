import { expect, test } from 'vitest';
import { expectFormat } from './expect-format.ts';
import { manifest } from './test/draft.ts';

test('a format that the runtime serves passes', () => {
  expect(() => expectFormat({ manifest }, ['tfjs-layers', 'switchyard-forest'])).not.toThrow();
});

test('a foreign one is refused, with what it is and what would be served', () => {
  expect(() => expectFormat({ manifest }, ['tfjs-layers', 'tf-saved-model'])).toThrow(
    expect.objectContaining({
      code: 'FOREIGN',
      message:
        'model "letters" version 3 has format "switchyard-forest" (made by rf-trainer@0.1.0); this runtime serves "tfjs-layers", "tf-saved-model"',
    }),
  );
});
