import { writeFileSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import { type Command, InvalidArgumentError } from 'commander';
import { findContext } from '../build/build-context.ts';
import { type BuildOptions, buildImage, checkLogins, pushImage } from '../build/build-image.ts';
import { openEngine, waitForEngine } from '../build/engine.ts';
import { gitRevision } from '../build/git-revision.ts';
import { parseImageReference } from '../build/image-reference.ts';
import { readLogins } from '../build/registry-login.ts';
import { showBuild, showPush } from '../build/show-progress.ts';
import { createTerminal, type Terminal } from './terminal.ts';

type Flags = {
  readonly tag: readonly [string, ...string[]];
  readonly file?: string;
  readonly buildArg: Readonly<Record<string, string>>;
  readonly label: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly network?: string;
  readonly pull: boolean;
  readonly cache: boolean;
  readonly push: boolean;
  readonly wait: number;
  readonly secretDirectory?: string;
  readonly digestFile?: string;
  readonly json: boolean;
};

/** Adds `deployer build` to the command line. */
export function buildCommand(program: Command): void {
  program
    .command('build')
    .description('Build an image through a Docker engine (DOCKER_HOST), and push it.')
    .argument('<context>', 'a folder, or the URL of a git repository that the engine clones: https://host/repository.git#revision:folder')
    .requiredOption('-t, --tag <image>', "the image's name; repeatable", collect)
    .option('-f, --file <dockerfile>', "the Dockerfile (default: the context's own)")
    .option('--build-arg <name=value>', 'for an ARG of the Dockerfile; repeatable. A name alone takes the value of the variable', pairs, {})
    .option('--label <name=value>', 'for the image; repeatable', pairs, {})
    .option('--target <stage>', 'the stage to stop at')
    .option('--network <name>', 'network of the RUN steps: host, none, or the name of one')
    .option('--pull', 'look for newer base images', false)
    .option('--no-cache', 'run every step anew')
    .option('--push', 'push each tag to its registry', false)
    .option('--wait <seconds>', 'how long to wait for the engine: a sidecar may start after us', seconds, 0)
    .option(
      '--secret-directory <folder>',
      'where a secret is mounted, with the files username and password (default: DOCKER_USERNAME and DOCKER_PASSWORD, else the docker config)',
    )
    .option('--digest-file <file>', 'write the digest of what was pushed there')
    .option('--json', 'print one JSON object a line instead of text', false)
    .action((context: string, flags: Flags) => build(context, flags, createTerminal({ json: flags.json })));
}

async function build(context: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { tag: tags, push } = flags;
  const registries = [...new Set(tags.map((each) => parseImageReference(each).registry))];
  if (flags.digestFile !== undefined && !push) throw new UserError('--digest-file is for what is pushed: add --push');
  const options = buildOptions(context, flags, registries);
  const docker = openEngine();
  await waitForEngine(docker, flags.wait);
  if (push) await checkLogins(docker, registries, options.logins);

  const id = await buildImage(docker, options, showBuild(terminal));
  terminal.event('built', { image: tags[0], tags, id });
  terminal.line(`built ${tags.join(', ')}: ${id}`);
  if (!push) return;
  for (const image of tags) {
    const digest = await pushImage(docker, image, options.logins, showPush(terminal, image));
    terminal.event('pushed', { image, digest });
    terminal.line(`pushed ${image}: ${digest}`);
    if (flags.digestFile !== undefined && image === tags[0]) writeFileSync(flags.digestFile, digest);
  }
}

function buildOptions(context: string, flags: Flags, registries: readonly string[]): BuildOptions {
  const { tag: tags, file, buildArg: buildArgs, label, target, network, pull, cache, secretDirectory } = flags;
  const remote = /^(?:https?:\/\/|git:\/\/|git@|ssh:\/\/)/.test(context);
  const revision = remote ? undefined : gitRevision(context);
  return {
    context: remote ? { url: context, ...(file !== undefined && { dockerfile: file }) } : findContext(context, file),
    tags,
    buildArgs,
    labels: { ...(revision !== undefined && { 'org.opencontainers.image.revision': revision }), ...label },
    ...(target !== undefined && { target }),
    ...(network !== undefined && { network }),
    pull,
    cache,
    logins: readLogins({ registries, ...(secretDirectory !== undefined && { secretDirectory }) }),
  };
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

function pairs(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError(`"${text}" is not name=value`);
  const known = value ?? process.env[name];
  if (known === undefined) throw new InvalidArgumentError(`${name} has no value, and there is no variable of that name`);
  return { ...before, [name]: known };
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError(`"${text}" is not a number of seconds`);
  return value;
}
