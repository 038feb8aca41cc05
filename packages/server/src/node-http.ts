/**
 * `node:http`, without what importing it costs: an import gives a value to each of its names, and for `WebSocket` that is all of Node's
 * `fetch`, 13 MB and some milliseconds that a server which fetches nothing need not spend.
 */
export const { Agent, createServer, request } = process.getBuiltinModule('node:http');
