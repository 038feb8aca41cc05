import type { Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes of the request line and the headers together, and how many headers. */
const maxHeaderSize = 16 * 1024;
export const maxHeaders = 200;

/** The longest that the headers of a request may take to arrive; a connection that dribbles them holds nothing but itself. */
const headersTimeout = 10_000;

/** Longer than that of the usual gateway or client, so that it is not us who closes a connection just as a request comes in on it. */
const keepAliveTimeout = 75_000;

/** @param requestTimeoutMs after which a request is answered; one whose body still comes a second later is cut off. */
export function connectionOptions(requestTimeoutMs: number): ServerOptions {
  return {
    noDelay: true,
    keepAliveTimeout,
    maxHeaderSize,
    headersTimeout,
    requestTimeout: Math.max(headersTimeout, requestTimeoutMs + 1000),
    connectionsCheckingInterval: 1000,
  };
}

/** Tells whoever sends what is no request why it is cut off, in plain text: there is no path yet to tell the protocol by. */
export function refuseBrokenRequests(server: Server): void {
  server.maxHeadersCount = maxHeaders + 1; // Node 24 refuses those beyond, older ones drop them, which the server then sees
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // An answer that has begun cannot be followed by another; node's own handler looks there as well.
    const begun = (Reflect.get(socket, '_httpMessage') as ServerResponse | undefined)?.headersSent;
    const refusal = answers[error.code ?? ''] ?? (error.code?.startsWith('HPE_') && broken(error));
    if (!refusal || !socket.writable || begun) return void socket.destroy(error);
    const [status, text] = refusal;
    const headers = `connection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}`;
    socket.setTimeout(1000, () => socket.destroy(error)); // who does not read it is not waited for
    socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${text}`, () => socket.destroy(error));
  });
}

const broken = ({ message }: Error): readonly [string, string] => ['400 Bad Request', `this is no HTTP request: ${message}`];

const answers: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    `the request has more than ${maxHeaders} headers, or they and its address more than ${maxHeaderSize} bytes, the most this server takes`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    `the request did not arrive whole in time; its headers may take ${headersTimeout / 1000} s`,
  ],
};
