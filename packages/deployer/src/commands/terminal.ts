import { styleText } from 'node:util';

/**
 * The one owner of the screen. On a terminal the state of the moment is a line that is redrawn; elsewhere it is a plain line whenever it
 * changes. With `json`, only events are written, one JSON object a line.
 */
export interface Terminal {
  readonly json: boolean;
  /** Whether it can redraw a line: what changes many times a second is for such a terminal only. */
  readonly live: boolean;
  line(text?: string): void;
  event(event: string, facts: Readonly<Record<string, unknown>>): void;
  /** What is going on right now. */
  state(text: string): void;
}

type Stream = { write(text: string): unknown; isTTY?: boolean; columns?: number };
type Style = Parameters<typeof styleText>[0];

/** Colour, where the terminal has it and NO_COLOR is not set. */
export const style = (format: Style, text: string): string => styleText(format, text, { stream: process.stdout });

export function createTerminal({ json = false, stream = process.stdout as Stream } = {}): Terminal {
  const live = stream.isTTY === true && !json;
  let drawn = '';
  let said = '';
  const clear = (): void => void (drawn && stream.write('\r\u001B[K'));
  return {
    json,
    live,
    line(text = '') {
      if (json) return;
      clear();
      stream.write(`${text}\n`);
      drawn = said = '';
    },
    event: (event, facts) => void (json && stream.write(`${JSON.stringify({ event, ...facts })}\n`)),
    state(text) {
      if (json || text === said) return;
      said = text;
      clear();
      stream.write(live ? text.slice(0, (stream.columns ?? 80) - 1) : `${text}\n`);
      drawn = live ? text : '';
    },
  };
}
