import { InferenceError } from '@switchyard/protocol';
import { overLimit } from '../rest/body.ts';
import type { Call, Handler } from './call.ts';

/** What its message may have: the name of a service. */
const most = 64 * 1024;
const receiveMs = 10_000;

const fits = (bytes: number): void => {
  if (bytes > most) throw overLimit(`the message has ${bytes} bytes`, most);
};
const small = { expect: fits, charge: fits };

/** A method that anybody may ask at any time, however much is under way: who looks after a server. Its message is small and comes soon. */
export function open(answer: (request: Buffer, call: Call) => Promise<Uint8Array | void>): Handler {
  return async (call) => {
    try {
      call.keepDeadline();
      call.within(receiveMs);
      const request = await call.inbox.only(small);
      call.within(Infinity);
      const bytes = await answer(request, call);
      if (bytes) call.answer(bytes);
    } catch (error) {
      call.fail(InferenceError.from(error));
    }
  };
}
