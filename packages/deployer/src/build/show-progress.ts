import type { Terminal } from '../commands/terminal.ts';
import type { BuildProgress } from './read-build.ts';
import type { PushProgress } from './read-push.ts';

/** Shows a build: a line a step and what it prints; layers on their way are the state of the moment, on a terminal only. */
export function showBuild(terminal: Terminal): (progress: BuildProgress) => void {
  return (progress) => {
    const { event, ...facts } = progress;
    if (event === 'pull') {
      if (terminal.live) terminal.state(`  ${progress.layer} ${progress.status}${part(progress.current, progress.total)}`);
      return;
    }
    terminal.event(event, facts);
    if (progress.event === 'step') terminal.line(`step ${progress.step} of ${progress.steps}: ${progress.instruction}`);
    else if (progress.event === 'cached') terminal.line('  as before: taken from the cache');
    else if (progress.event === 'output') terminal.line(`  ${progress.text}`);
  };
}

/** Shows a push: the state of the moment on a terminal, and nothing elsewhere, where its end is enough. */
export function showPush(terminal: Terminal, image: string): (progress: PushProgress) => void {
  return ({ done, layers, current, total }) => {
    if (terminal.live) terminal.state(`  pushing ${image}: ${done} of ${layers} layers${part(current, total)}`);
  };
}

const part = (current: number | undefined, total: number | undefined): string =>
  current === undefined || !total ? '' : `, ${megabytes(current)} of ${megabytes(total)} MB`;
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
