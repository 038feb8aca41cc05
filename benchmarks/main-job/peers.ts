import { venv } from '../lib/venv.ts';

/** What the peers run on: folders of programs, or why there is none. */
export type Peers = { readonly training: string; readonly seldon: string | undefined; readonly why: string };

/**
 * Trainers: scikit-learn and NumPy. Servers: Seldon's Python wrapper, the system that the seed's runtimes were made with, which does not
 * run on the newest Python; where no older one is installed, there is no serving peer, and we say so.
 */
export function installPeers(): Peers {
  const science = ['numpy==1.26.4', 'scikit-learn==1.5.2'];
  try {
    const seldon = venv('seldon', ['seldon-core==1.18.2', 'setuptools<81', ...science], ['python3.10', 'python3.9', 'python3.11']);
    return { training: seldon, seldon, why: '' };
  } catch (error) {
    const why = `Seldon's Python wrapper cannot be installed here: ${(error as Error).message.split('\n')[0]}`;
    return { training: venv('science', science), seldon: undefined, why };
  }
}
