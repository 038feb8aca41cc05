import { styleText } from 'node:util';

/** One piece of work under way: a live line on a terminal, plain lines elsewhere. */
export interface Step {
  /** `part` is 0 to 1, `detail` the figures of the moment. */
  update(part: number, detail: string): void;
  done(text: string): void;
  fail(text: string): void;
}

/**
 * The one owner of the screen: whatever is shown goes through it, so that a line that is being redrawn and a notice that arrives
 * meanwhile never mix. With `json`, only events are written, one JSON object a line.
 */
export interface Terminal {
  readonly json: boolean;
  line(text?: string): void;
  event(event: string, facts: Readonly<Record<string, unknown>>): void;
  step(title: string): Step;
}

export type Style = Parameters<typeof styleText>[0];
/** Colour, where the terminal has it and NO_COLOR is not set. */
export const style = (format: Style, text: string): string => styleText(format, text, { stream: process.stdout });

type Stream = { write(text: string): unknown; isTTY?: boolean; columns?: number };

const redrawMs = 80;
const plainMs = 2000;

export function createTerminal(options: { json?: boolean; stream?: Stream } = {}): Terminal {
  const { json = false, stream = process.stdout } = options;
  const live = !json && stream.isTTY === true;
  let drawn = '';

  const clear = (): void => {
    if (drawn) stream.write('\r\u001B[K');
    drawn = '';
  };
  const line = (text = ''): void => {
    if (json) return;
    const again = drawn;
    clear();
    stream.write(`${text}\n`);
    if (again) draw(again);
  };
  const draw = (text: string): void => {
    drawn = text.slice(0, (stream.columns ?? 80) - 1);
    stream.write(`\r\u001B[K${drawn}`);
  };

  return {
    json,
    line,
    event: (event, facts) => void (json && stream.write(`${JSON.stringify({ event, ...facts })}\n`)),
    step(title) {
      let last = 0;
      let said = '';
      const end = (mark: string, text: string): void => {
        clear();
        line(`${mark} ${title}${text ? `  ${text}` : ''}`);
      };
      if (live) draw(`  ${title} …`);
      return {
        update(part, detail) {
          const now = performance.now();
          if (json || now - last < (live ? redrawMs : plainMs)) return;
          const text = `${title}  ${live ? `${bar(part)} ` : ''}${Math.floor(part * 100)} %  ${detail}`;
          if (live) draw(`  ${text}`);
          else if (text !== said) line(`  ${text}`);
          said = text;
          last = now;
        },
        done: (text) => end(style('green', '✔'), text),
        fail: (text) => end(style('red', '✖'), text),
      };
    },
  };
}

function bar(part: number, width = 20): string {
  const full = Math.round(Math.min(1, Math.max(0, part)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
