import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { constants } from 'node:os';

const watchMs = 500;
const patienceMs = 30_000;

/**
 * Runs the child in our place: its streams are ours, it gets our signals, we end as it ends.
 *
 * Nothing is left behind. The child has an IPC channel to us, and sees by 'disconnect' that we are gone, even by kill -9.
 * We watch for the death of the npm that started us, and then end the child.
 */
export function runChild(node, parameters, root) {
  const child = spawn(node, parameters, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}` },
  });
  child.once('error', (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  // A Ctrl-C goes to every process of the terminal's foreground group, so the child has it already: a second one would
  // tell it to hurry. Without a terminal it was meant for us alone.
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => terminal || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  const watch = onParentDeath(() => end(child));
  child.once('exit', (code, signal) => {
    clearInterval(watch);
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100); // of a signal that does not end us
  });
}

function end(child) {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), patienceMs).unref();
}

/** Only of a parent that is npm: who starts us otherwise may go and leave us on purpose. */
function onParentDeath(callback) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const before = ancestors();
  const watch = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(watch);
    callback();
  }, watchMs);
  return watch.unref();
}

/** Our parent, and its own: npm starts a script by a shell, which lives on without npm where it does not replace itself by us. */
function ancestors() {
  const parent = process.ppid;
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    return `${parent} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return String(parent); // no /proc: the shells there replace themselves
  }
}
