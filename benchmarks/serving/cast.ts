import { models } from '../main-job/models.ts';
import { startRuntime, type Server } from '../main-job/servers.ts';
import type { Case } from './contest.ts';
import { oipGrpc, v1Json, type Form } from './forms.ts';
import { startPeer, type PeerName } from './peers.ts';

/** The servers that are measured, all running; idle, they take nothing from each other. */
export type Cast = {
  readonly yardstick: Server;
  readonly peers: readonly PeerName[];
  /** Both models of ours, asked in a form. */
  ours(form: Form): Case[];
  /** Both models of each peer that knows the form. */
  theirs(form: Form): Case[];
};

const known: Readonly<Record<PeerName, readonly Form[]>> = { kserve: [v1Json, oipGrpc], fastapi: [v1Json] };

/** @param keep told of each server that has started, to stop it at the end */
export async function startCast(
  yardstick: Server,
  store: string,
  peers: readonly PeerName[],
  keep: (server: Server) => void,
): Promise<Cast> {
  const kept = async (starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    keep(server);
    return server;
  };
  const runtimes = new Map<string, Server>();
  for (const { name } of models) runtimes.set(name, await kept(startRuntime(name, store)));
  const others = new Map<PeerName, Server>();
  for (const peer of peers) others.set(peer, await kept(startPeer(peer)));
  return {
    yardstick,
    peers,
    ours: (form) =>
      models.map(({ peer: model, name, runtime }) => ({ server: runtime, target: runtimes.get(name)!, model, modelName: name, form })),
    theirs: (form) =>
      [...others].flatMap(([server, target]) =>
        known[server].includes(form) ? models.map(({ peer: model }) => ({ server, target, model, modelName: model, form })) : [],
      ),
  };
}
