import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { InferenceError, type RawMethod } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { admitted, observer, statusOf, type Unary } from './unary.ts';

type Call = ServerDuplexStream<Buffer, Buffer>;

/** A method that answers each message of a stream, and a way to end all of its streams. */
export type Streaming = { readonly handle: handleBidiStreamingCall<Buffer, Buffer>; end(): void };

/**
 * Answers the messages of a stream one after the other, in their order; the next one is read when the answer before is written, so that a
 * fast client waits rather than fills memory. An error ends the stream with its status. `end` lets what is under way finish: a stream that
 * stays open would hold up a drain.
 */
export function streaming(plane: DataPlane, { path }: RawMethod, answer: Unary): Streaming {
  const idle = new Set<Call>();
  let leaving = false;
  const refuse = (call: Call, thrown: unknown): void => void call.emit('error', statusOf(plane.failure(thrown)));
  const parting = () => new InferenceError('UNAVAILABLE', 'the server is going; open another stream');

  async function one(call: Call, request: Buffer, gone: AbortSignal): Promise<void> {
    const observe = observer(plane, path, 'stream');
    try {
      const bytes = await admitted(plane, call, request, answer);
      await write(call, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), gone);
      observe();
    } catch (error) {
      observe(plane.failure(error));
      throw error;
    }
  }

  async function serve(call: Call): Promise<void> {
    const gone = new AbortController();
    call.on('cancelled', () => {
      idle.delete(call);
      gone.abort();
    });
    idle.add(call);
    try {
      for await (const request of call.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        idle.delete(call);
        await one(call, request, gone.signal);
        if (leaving) throw parting();
        idle.add(call);
      }
      call.end();
    } catch (error) {
      if (!gone.signal.aborted) refuse(call, error);
    } finally {
      idle.delete(call);
    }
  }

  return {
    handle: (call) => void serve(call),
    end() {
      leaving = true;
      for (const call of idle) refuse(call, parting());
      idle.clear();
    },
  };
}

/** Resolves when the bytes are out, or nobody is there to take them. */
function write(call: Call, bytes: Buffer, gone: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve();
    gone.addEventListener('abort', leave, { once: true });
    call.write(bytes, (error?: Error | null) => {
      gone.removeEventListener('abort', leave);
      if (error) reject(error);
      else resolve();
    });
  });
}
