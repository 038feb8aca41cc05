import { posix } from 'node:path';
import type { Package, Source, Tree } from './tree.ts';

/** A file of more than 300 lines needs a reason here. */
const long: Readonly<Record<string, string>> = {};
const longest = 300;

/** Libraries that compute and do nothing else, and what they may have of Node: threads to compute on, a checksum, no file and no socket. */
const pure: Readonly<Record<string, readonly string[]>> = {
  '@switchyard/forest': ['node:worker_threads', 'node:os', 'node:url', 'node:zlib'], // of zlib, crc32
  '@switchyard/experiment': [],
};

/** Libraries that everything else rests upon. */
const foundations = ['@switchyard/protocol', '@switchyard/config'];

/** Modules that only some packages may know. */
const reserved: readonly { modules: readonly string[]; to: readonly string[]; what: string }[] = [
  {
    what: 'HTTP and gRPC',
    modules: ['node:http', 'node:https', 'node:http2', '@grpc/grpc-js', '@grpc/proto-loader', 'undici', 'fastify'],
    to: [
      '@switchyard/server',
      '@switchyard/ab-router',
      '@switchyard/conformance',
      '@switchyard/deployer',
      '@switchyard/cli',
      '@switchyard/e2e',
    ],
  },
  { what: 'Kubernetes and Docker', modules: ['@kubernetes/client-node', 'dockerode'], to: ['@switchyard/deployer', '@switchyard/e2e'] },
];

/** Not shipped: tests and what helps them, scripts beside src, and the whole of e2e. */
const isTest = ({ path }: Source) =>
  /\.(test|cluster|docker)\.ts$|\/(test|testing|cluster-test|fixtures)\/|\/testing\.ts$|^apps\/e2e\//.test(path) || !path.includes('/src/');

/** `@a/b/c` → `@a/b`, `a/b` → `a`. */
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** Where the tree breaks the rules of its rooms, a sentence each. */
export function violations(tree: Tree): string[] {
  const ours = new Map(tree.packages.map((each) => [each.name, each]));
  return [
    ...cycles(ours),
    ...tree.packages.flatMap((each) => [
      ...kind(each),
      ...each.sources.flatMap((source) => [
        ...length(source),
        ...source.imports.flatMap((specifier) => {
          const say = (rule: string) => [`${source.path} imports ${specifier}: ${rule}`];
          if (specifier.startsWith('.')) return leaves(each, source, specifier) ? say('another package is imported by its name') : [];
          return [
            ...crossing(each, source, specifier, ours).flatMap(say),
            ...declaration(each, source, specifier, tree).flatMap(say),
            ...knowledge(each, source, specifier).flatMap(say),
          ];
        }),
      ]),
      ...unused(each),
    ]),
  ];
}

function kind({ root, kind }: Package): string[] {
  const known = ['library', 'component', 'app', 'tool'];
  return known.includes(kind) ? [] : [`${root}/package.json: its nx tag must be type: and one of ${known.join(', ')}`];
}

function length({ path, lines }: Source): string[] {
  return lines > longest && long[path] === undefined
    ? [`${path} has ${lines} lines; at most ${longest}, or a reason in boundaries.ts`]
    : [];
}

function leaves({ root }: Package, { path }: Source, specifier: string): boolean {
  return !posix.join(posix.dirname(path), specifier).startsWith(`${root}/`);
}

/** From one package of ours to another. */
function crossing(from: Package, source: Source, specifier: string, ours: ReadonlyMap<string, Package>): string[] {
  const to = ours.get(packageOf(specifier));
  if (to === undefined || to === from) return [];
  if (foundations.includes(from.name) && !isTest(source)) return [`${from.name} imports nothing of ours`];
  if (to.kind === 'library') return specifier === to.name ? [] : ['a library is imported by its public index'];
  if (from.kind === 'app' && specifier === `${to.name}/main`) return []; // to start it, as a user would
  return [`a ${from.kind} depends on libraries; an app may also start the /main of a component or an app`];
}

/** What is imported must be declared: hoisting would let it work here, and fail in an image. */
function declaration(from: Package, source: Source, specifier: string, tree: Tree): string[] {
  const name = packageOf(specifier);
  if (specifier.startsWith('node:') || name === from.name || from.dependencies.includes(name)) return [];
  if (!isTest(source) && from.kind !== 'tool') return [`${from.root}/package.json does not declare it as a dependency`];
  const declared = from.devDependencies.includes(name) || tree.rootDependencies.includes(name);
  return declared ? [] : [`neither ${from.root}/package.json nor the root declares it`];
}

/** What only some packages may know, and what the pure ones must not. */
function knowledge(from: Package, source: Source, specifier: string): string[] {
  if (isTest(source)) return [];
  const allowed = pure[from.name];
  const impure = specifier.startsWith('node:') && allowed !== undefined && !allowed.includes(specifier);
  return [
    ...(impure ? [`${from.name} is pure computation`] : []),
    ...reserved
      .filter(({ modules, to }) => modules.includes(specifier) && !to.includes(from.name))
      .map(({ what, to }) => `${what} are known only to ${to.join(', ')}`),
  ];
}

/** A declared dependency that no source names is weight in an image. Types are named by the package that they are of. */
function unused({ root, dependencies, devDependencies, sources }: Package): string[] {
  const named = (declared: string, among: readonly Source[]) => {
    const name = declared.replace(/^@types\/(?:(.+)__)?/, (_, scope?: string) => (scope ? `@${scope}/` : ''));
    return among.some(({ text }) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
  };
  const shipped = sources.filter((source) => !isTest(source));
  return [
    ...dependencies.filter((name) => !named(name, shipped)).map((name) => `${root}/package.json declares ${name}, which no source imports`),
    ...devDependencies
      .filter((name) => !named(name, sources))
      .map((name) => `${root}/package.json declares ${name}, which nothing imports`),
  ];
}

/** Dependencies among our packages run one way, or nothing can be built first. */
function cycles(ours: ReadonlyMap<string, Package>): string[] {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] => {
    if (path.includes(name)) return [`a cycle: ${[...path.slice(path.indexOf(name)), name].join(' → ')}`];
    const found = ours.get(name);
    if (found === undefined || done.has(name)) return [];
    const below = [...found.dependencies, ...found.devDependencies].flatMap((each) => visit(each, [...path, name]));
    done.add(name);
    return below;
  };
  return [...ours.keys()].flatMap((name) => visit(name, []));
}
