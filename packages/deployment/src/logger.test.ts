import { expect, test } from 'vitest';
import { decodePredictor, encodePredictor } from './engine.ts';
import { parsePredictor } from './parse.ts';

const withLogger = (logger: unknown) => parsePredictor({ name: 'main', graph: { name: 'm', implementation: 'SIMPLE_MODEL', logger } });

test('a unit’s logger is read, and reaches its engine', () => {
  const predictor = withLogger({ mode: 'response', url: 'http://logger.default/' });
  expect(predictor.graph.logger).toEqual({ mode: 'response', url: 'http://logger.default/' });
  expect(decodePredictor(encodePredictor(predictor)).graph.logger).toEqual(predictor.graph.logger);
  expect(withLogger({}).graph.logger).toEqual({ mode: 'all' });
});

test.each([
  [{ mode: 'some' }, 'graph.logger.mode: is "some"; it must be one of all, request, response'],
  [{ url: 'ftp://a' }, 'graph.logger.url: is "ftp://a"; it must be http://'],
  [{ url: 'http://user:pass@a' }, 'without a user'],
])('%j is refused', (logger, message) => {
  expect(() => withLogger(logger)).toThrow(message);
});
