import { InferenceError, type RawMethod } from '@switchyard/protocol';
import type { DataPlane, Incoming } from '../data-plane.ts';
import { areaOfMethod, type Area } from '../security/area.ts';
import type { Watch } from '../telemetry/watch.ts';
import type { Work } from '../work.ts';
import type { Call, Handler } from './call.ts';
import { passedHeaders, puidOf } from './incoming.ts';
import { codeName } from './status.ts';

/** Answers the bytes of a request with the bytes of an answer. */
export type Unary = (request: Buffer, incoming: Incoming) => Promise<Uint8Array> | Uint8Array;

/** What a method does that is watched. */
export type Service = 'predictions' | 'feedback';

/** A method that answers one message with one: admitted, with the client's deadline, measured, its errors by the one table; watched if it is of a service. */
export function unary(plane: DataPlane, { path }: RawMethod, answer: Unary, service?: Service): Handler {
  const area = areaOfMethod(path);
  const only = (call: Call, work: Work): Promise<Buffer> => call.inbox.only(work);
  /** Predictions and feedback have an end by themselves: the data plane sees to that. */
  const inTime: Unary = service ? answer : (request, incoming) => incoming.work.race(Promise.resolve(answer(request, incoming)));
  return async (call) => {
    const observe = observer(plane, path, 'unary');
    const watch = service && plane.watch?.({ path, service, headers: call.headers });
    try {
      await admitted(plane, call, { area, answer: inTime, watch, receive: only, deliver: (bytes) => call.answer(bytes) });
      observe();
    } catch (thrown) {
      const error = plane.failure(thrown, call.headers);
      call.fail(error);
      observe(error);
    }
  };
}

/** To be called when a request is answered, or failed. */
export function observer(plane: DataPlane, path: string, method: 'unary' | 'stream'): (error?: InferenceError) => void {
  const started = performance.now();
  return (error) => plane.metrics.observeServer(path, method, error ? codeName(error) : 'OK', (performance.now() - started) / 1000);
}

type Asked = {
  readonly area: Area | undefined;
  readonly answer: Unary;
  readonly watch: Watch | undefined;
  /** How the message is had whose bytes the work holds. */
  readonly receive: (call: Call, work: Work) => Promise<Buffer>;
  readonly deliver: (bytes: Uint8Array) => Promise<void> | void;
};

/** Answers one message of a call as work under way, which begins before the message has come: what is refused need not be sent. */
export async function admitted(plane: DataPlane, call: Call, { area, answer, watch, receive, deliver }: Asked): Promise<void> {
  try {
    const work = letIn(plane, call, area);
    call.onGone(() => work.abort(new InferenceError('CANCELLED', 'the client cancelled the call')));
    try {
      const request = await work.race(receive(call, work));
      watch?.asked(request, protobuf); // not before: who is refused here leaves nothing in a log
      const incoming = { work, headers: passedHeaders(call.headers), puid: puidOf(call.headers), watch };
      const bytes = await answer(request, incoming);
      watch?.answered(bytes, { 'content-type': protobuf });
      const delivered = deliver(bytes);
      if (delivered) await work.race(delivered);
    } finally {
      work.done();
    }
  } catch (error) {
    watch?.failed(InferenceError.from(error));
    throw error;
  }
}

/** @throws InferenceError why a call is refused, whose connection is then read in its turn while most are */
function letIn(plane: DataPlane, call: Call, area: Area | undefined): Work {
  try {
    plane.authorize(area, call.headers.authorization);
    return plane.admission.begin(call.timeLeft);
  } catch (error) {
    if (plane.admission.pressed) call.stepBack();
    throw error;
  }
}

const protobuf = 'application/protobuf';
