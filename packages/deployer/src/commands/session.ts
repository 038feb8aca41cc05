import type { Cluster } from '../cluster/index.ts';
import type { Terminal } from './terminal.ts';

/** What every command works with. */
export type Session = {
  readonly cluster: Cluster;
  readonly terminal: Terminal;
  /** The namespace that was asked for; absent: that of the manifest, or of the context. */
  readonly namespace?: string;
  /** Aborted when the user wants to wait no longer. */
  readonly signal: AbortSignal;
};
