import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { UnitTls } from './unit-access.ts';

export type Place = { readonly host: string; readonly port: number };

/** @param address `host:port`, or a URL's of it. */
export function placeOf(address: string, usualPort = 80): Place {
  const { hostname, port } = new URL(address.includes('://') ? address : `http://${address}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || usualPort) };
}

type Dialling = {
  readonly tls: UnitTls | undefined;
  /** What is spoken over TLS, where the other side may speak several. */
  readonly protocol?: string;
  readonly readBytes: number;
  /** Given a view of what has come, which is overwritten afterwards. */
  readonly onBytes: (bytes: Buffer) => void;
  readonly onConnect: () => void;
};

/** Opens a connection that reads into one buffer again and again: a stream would make one for each answer. */
export function dial(place: Place, { tls, protocol, readBytes, onBytes, onConnect }: Dialling): Socket {
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafe(readBytes),
    callback(length, buffer) {
      onBytes((buffer as Buffer).subarray(0, length));
      return true;
    },
  };
  if (tls === undefined) return connect({ ...place, noDelay: true, onread }, onConnect);
  const socket = connectTls({ ...securely(place, tls, onread), ...(protocol !== undefined && { ALPNProtocols: [protocol] }) }, () => {
    socket.setNoDelay(true);
    onConnect();
  });
  return socket;
}

/** A certificate is held against the name that it should have; an address is no name that a server is told. */
function securely(place: Place, { context, servername = isIP(place.host) === 0 ? place.host : undefined }: UnitTls, onread: OnReadOpts) {
  const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
    ...place,
    onread,
    secureContext: context(),
    ...(servername !== undefined && { servername }),
  };
  return options;
}
