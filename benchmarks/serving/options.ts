import { parseArgs } from 'node:util';
import type { PeerName } from './peers.ts';

export const parts = ['json', 'binary', 'grpc', 'rows64', 'router', 'workers', 'overload', 'start'] as const;
export type Part = (typeof parts)[number];

const peerSets = { none: [], best: ['kserve', 'fastapi'] } as const satisfies Record<string, readonly PeerName[]>;

export type Options = { readonly wanted: ReadonlySet<Part>; readonly peers: readonly PeerName[]; readonly quick: boolean };

/** @throws Error that names what is not known, and what is */
export function readOptions(parameters: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...parameters],
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, peers: { type: 'string', default: 'best' } },
  });
  const only = values.only?.split(',') ?? parts;
  const unknown = only.find((part) => !parts.includes(part as Part));
  if (unknown !== undefined) throw new Error(`--only=${unknown}: the parts are ${parts.join(', ')}`);
  if (!Object.hasOwn(peerSets, values.peers)) throw new Error(`--peers=${values.peers}: it is ${Object.keys(peerSets).join(', ')}`);
  return { wanted: new Set(only as Part[]), peers: peerSets[values.peers as keyof typeof peerSets], quick: values.quick };
}
