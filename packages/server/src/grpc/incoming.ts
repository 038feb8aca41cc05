type Headers = Readonly<Record<string, string>>;

/** Headers that are between us and the client, or that describe the messages: not for the next server. */
const own = new Set(['accept-encoding', 'content-type', 'content-length', 'host', 'seldon-puid', 'te', 'user-agent']);

/** What is passed on to other servers of a call's headers: trace context, and whatever else the client sent as text. */
export function passedHeaders(headers: Headers): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name in headers) {
    if (name.startsWith('grpc-') || own.has(name) || name.endsWith('-bin')) continue;
    passed[name] = headers[name] as string;
  }
  return passed;
}

export function puidOf(headers: Headers): string | undefined {
  return headers['seldon-puid'];
}
