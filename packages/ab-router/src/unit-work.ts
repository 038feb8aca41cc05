import type { Call, Feedback, Message, ModelMetadata } from '@switchyard/protocol';
import type { NotReady } from '@switchyard/server';
import type { UnitCall } from './transport.ts';

/**
 * What one unit of the graph does, be it another server or built in. A method that is not there is not the unit's to do:
 * the message passes by it unchanged.
 */
export type UnitWork = {
  transformInput?(message: Message, call: UnitCall): Promise<Message>;
  /** The child to go to; −1 all, −2 none. An order: where that child does not answer, the request has failed. */
  route?(message: Message, call: UnitCall): Promise<number>;
  /**
   * Draws a child, of the open ones, all unless given. A matter of chance, not an order: where the child does not answer, another is drawn.
   * A unit has this or `route`, not both.
   */
  choose?(open?: readonly number[]): number;
  aggregate?(messages: readonly Message[], call: UnitCall): Promise<Message>;
  transformOutput?(message: Message, call: UnitCall): Promise<Message>;
  /** `branch` is the child that answered, −1 for all. */
  feedback?(feedback: Feedback, branch: number, call: Call): Promise<void>;
  /** Undefined: the unit has nothing to say of itself. */
  metadata(): Promise<ModelMetadata | undefined>;
  ready(): Promise<true | NotReady>;
  close(): Promise<void>;
};

/** The parts of a built-in's work that are the same for all: always there, nothing to let go. */
export const builtIn = {
  metadata: async () => undefined,
  ready: async () => true as const,
  close: async () => {},
} satisfies UnitWork;
