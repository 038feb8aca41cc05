import { docker } from '../docker.ts';

/** What a cluster under Pod Security "restricted" allows a container. */
const restricted = ['--read-only', '--user', '1000', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

export type Container = { readonly id: string; readonly address: string };

/** Starts an image, detached. */
export async function start(image: string, options: readonly string[], ...parameters: string[]): Promise<Container> {
  const id = await docker(['run', '--detach', ...restricted, ...options, image, ...parameters]);
  const address = await docker(['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id]);
  return { id, address };
}

/** Runs an image to its end; returns what it wrote. */
export function run(image: string, options: readonly string[], ...parameters: string[]): Promise<string> {
  return docker(['run', '--rm', ...restricted, ...options, image, ...parameters]);
}

/** Asks until there is an answer of 200. @throws Error with the container's log where it ends before */
export async function answering({ id }: Container, url: string): Promise<void> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    if ((await docker(['inspect', '--format', '{{.State.Running}}', id])) !== 'true') throw new Error(await docker(['logs', id]));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
