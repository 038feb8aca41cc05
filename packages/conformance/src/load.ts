import { describe, expect, test } from 'vitest';
import { post } from './rest-client.ts';
import { closeTo } from './seldon-rest.ts';
import type { Subject } from './target.ts';

/** Many at once: everyone gets the answer to their own question. */
export function load(subject: Subject): void {
  describe('many requests at once', () => {
    test('each answer carries the id of its request and the numbers of its row', async () => {
      const { http, row, width } = subject.target;
      const rows = [row, Array.from({ length: width }, (_, index) => row[width - 1 - index] as number)];
      const ask = (ndarray: unknown, puid: string) =>
        post(`${http}/api/v1.0/predictions`, { meta: { puid }, data: { ndarray: [ndarray] } });
      const expected = await Promise.all(rows.map(async (each) => (await ask(each, 'first')).json.data.ndarray));
      const answers = await Promise.all(Array.from({ length: 64 }, (_, index) => ask(rows[index % 2], `many-${index}`)));
      for (const [index, { status, json }] of answers.entries()) {
        expect(status).toBe(200);
        expect(json.meta.puid).toBe(`many-${index}`);
        closeTo(json.data.ndarray[0], expected[index % 2][0]); // not equal: who shares a call may differ in the last bits
      }
    });
  });
}
