import { InferenceError, type RawMethod } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { areaOfMethod } from '../security/area.ts';
import type { Work } from '../work.ts';
import type { Call, Handler } from './call.ts';
import { admitted, observer, type Service, type Unary } from './unary.ts';

/** A method that answers each message of a stream, and a way to end all of its streams. */
export type Streaming = { readonly handle: Handler; end(): void };

/**
 * Answers the messages of a stream one after the other, in their order; the next one is read when the answer before is written, so that a
 * fast client waits rather than fills memory. An error ends the stream with its status. `end` lets what is under way finish: a stream that
 * stays open would hold up a drain.
 */
export function streaming(plane: DataPlane, { path }: RawMethod, answer: Unary, service?: Service): Streaming {
  const area = areaOfMethod(path);
  const idle = new Set<Call>();
  let leaving = false;
  const parting = () => new InferenceError('UNAVAILABLE', 'the server is going; open another stream');
  const next = (call: Call, work: Work): Promise<Buffer> => call.inbox.next(work);

  /** The work is done when the answer is out: who does not read what was answered has only so long. */
  async function one(call: Call): Promise<void> {
    const observe = observer(plane, path, 'stream');
    try {
      const watch = service && plane.watch?.({ path, service, headers: call.headers });
      await admitted(plane, call, { area, answer, watch, receive: next, deliver: (bytes) => call.write(bytes) });
      observe();
    } catch (thrown) {
      const error = plane.failure(thrown, call.headers);
      observe(error);
      throw error;
    }
  }

  async function serve(call: Call): Promise<void> {
    const forget = (): void => void idle.delete(call);
    try {
      call.keepDeadline();
      for (;;) {
        if (leaving) throw parting();
        idle.add(call);
        call.onGone(forget);
        const more = await call.inbox.any();
        idle.delete(call);
        if (!more) break;
        await one(call);
      }
      call.end();
    } catch (error) {
      idle.delete(call);
      call.fail(InferenceError.from(error));
    }
  }

  return {
    handle: serve,
    end() {
      leaving = true;
      for (const call of idle) call.fail(parting());
      idle.clear();
    },
  };
}
