import { expect, test } from 'vitest';
import { InferenceError } from '../error.ts';
import { oipErrorJson } from '../oip/json-answer.ts';
import { seldonErrorJson } from './errors.ts';

const error = new InferenceError('INVALID_ARGUMENT', 'tensor "x" has 783 columns', { cause: new Error('a secret of the server') });

test("an error is what Seldon's wrapper answers, and no cause of it", () => {
  expect(seldonErrorJson(error).toString()).toBe(
    '{"status":{"status":1,"info":"tensor \\"x\\" has 783 columns","code":-1,"reason":"MICROSERVICE_BAD_DATA"}}',
  );
});

test('an error is what the Open Inference Protocol answers', () => {
  expect(oipErrorJson(error).toString()).toBe('{"error":"tensor \\"x\\" has 783 columns"}');
});
