import { registerHooks } from 'node:module';

/** Preloaded into a process: asked `loaded` on its channel, it tells all files that it has loaded, and the modules of Node's own. */
const files: string[] = [];
registerHooks({
  load(url, context, next) {
    files.push(url);
    return next(url, context);
  },
});

process.on('message', (message) => {
  const { moduleLoadList: own } = process as unknown as { readonly moduleLoadList: readonly string[] };
  if (message === 'loaded') process.send?.({ type: 'loaded', files, own: own.map((name) => name.split(' ').at(-1)) });
});
