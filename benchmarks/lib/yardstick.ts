// The yardstick: a bare node:http server that reads the body and answers ten numbers, as Seldon writes them, so that a router may stand before it. No parsing, no model.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const text = JSON.stringify({ data: { ndarray: [Array(10).fill(0.1)] } });
const server = createServer((request, response) => {
  request.on('data', () => {});
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text));
});
server.listen(0, '127.0.0.1', () => process.send?.({ type: 'status', ready: true, httpPort: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
