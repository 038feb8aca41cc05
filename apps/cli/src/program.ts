import { Command, InvalidArgumentError, Option } from 'commander';
import { generateClient } from './commands/client.ts';
import { feedback } from './commands/feedback.ts';
import { listModels, showModel, verifyModels } from './commands/models.ts';
import { predict } from './commands/predict.ts';
import { train } from './commands/train.ts';
import { up } from './commands/up.ts';
import { validate } from './commands/validate.ts';
import { defaultExample, defaultRunDirectory, defaultStore, defaultUrl } from './options.ts';
import { createTerminal, type Terminal } from './show/terminal.ts';

const terminalOf = (options: { json?: boolean }): Terminal => createTerminal({ json: options.json ?? false });
const json = (): Option => new Option('--json', 'print one JSON object a line instead of text');
const store = (): Option =>
  new Option('--store <folder>', 'where models are kept').env('SWITCHYARD_STORE').default(defaultStore(), '.switchyard/models');
const url = (): Option => new Option('--url <url>', 'where the deployment serves').default(defaultUrl);

/** Of commands that call servers: who asks, and whom they trust. Variables keep secrets out of the list of processes. */
const access = (command: Command): Command =>
  [
    new Option('--token <token>', 'bearer token to show').env('SWITCHYARD_TOKEN'),
    new Option('--token-file <file>', 'file whose first line is a token, or user:password').env('SWITCHYARD_TOKEN_FILE'),
    new Option('--user <user:password>', 'basic authentication').env('SWITCHYARD_USER'),
    new Option('--ca <file>', 'authorities of the server, PEM').env('SWITCHYARD_CA'),
    new Option('--cert <file>', 'certificate to show, PEM').env('SWITCHYARD_CERT'),
    new Option('--key <file>', 'its private key, PEM').env('SWITCHYARD_KEY'),
  ].reduce((to, option) => to.addOption(option), command);

/** The command line. Each command's work is in its own file; here is only what it is called with. */
export function program(): Command {
  const root = new Command('switchyard')
    .description('Trains models, serves them, splits requests between them, and learns from rewards which is best.')
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what there is)')
    .configureHelp({ showGlobalOptions: true, helpWidth: 80 });

  root
    .command('up')
    .description(
      'Run a SeldonDeployment here, as local processes: train the models that are missing, serve them, route to them, try them with labelled rows.',
    )
    .option('-f, --file <manifest>', 'the SeldonDeployment, YAML or JSON', defaultExample)
    .option('--predictor <name>', 'which predictor, where there are several (default: the one with the most traffic)')
    .option('--once', 'end when the rows are sent, instead of staying up')
    .option('--retrain', 'train each model anew, as a new version')
    .option('--port <port>', 'port of REST (default: 8000, or any free one)', port)
    .option('--grpc-port <port>', 'port of gRPC (default: 5001, or any free one)', port)
    .option('--host <address>', 'address to listen on; 0.0.0.0 is reached from other machines', '127.0.0.1')
    .option('--requests <count>', 'labelled rows to send over REST', count, 200)
    .option('--grpc-requests <count>', 'labelled rows to send over gRPC', count, 20)
    .option('--directory <folder>', 'for logs and what routers have learned', defaultRunDirectory)
    .addOption(
      new Option('--auth-file <file>', 'credentials that requests must show: a line each, a token or user:password').env(
        'SWITCHYARD_AUTH_FILE',
      ),
    )
    .addOption(store())
    .addOption(json())
    .addHelpText(
      'after',
      examples(['switchyard up', 'switchyard up -f examples/mnist/deployments/epsilon-greedy.yaml', 'switchyard up --once --json']),
    )
    .action((options) => up(options, terminalOf(options)));

  root
    .command('train')
    .description("Train a model. WHAT is a recipe's file, or a trainer: tf-trainer, rf-trainer; then come the trainer's own flags.")
    .argument('<what>')
    .argument('[flags...]', "the trainer's own; --help after its name shows them")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .addOption(store())
    .addOption(json())
    .addHelpText(
      'after',
      examples([
        'switchyard train examples/mnist/models/mnist-forest.yaml',
        'switchyard train rf-trainer --data flowers.csv --name flowers',
      ]),
    )
    .action((what: string, all: string[], options) => {
      if (what === '--help' || what === '-h') return root.commands.find((each) => each.name() === 'train')!.outputHelp();
      const flags = all.filter((flag) => flag !== '--json'); // ours, wherever it stands
      return train(what, flags, options.store, terminalOf({ json: options.json || flags.length < all.length }));
    });

  access(root.command('predict'))
    .description('Ask a running deployment about one row, and draw the picture and the probabilities.')
    .argument('<what>', "a picture's file (PNG, JPEG), or the index of a test row of --data")
    .option('--data <data>', 'the dataset whose rows an index means: mnist, a file or a folder', 'mnist')
    .addOption(url())
    .addOption(json())
    .addHelpText('after', examples(['switchyard predict 7', 'switchyard predict my-digit.png']))
    .action((what: string, options) => predict(what, options, terminalOf(options)));

  access(root.command('feedback'))
    .description('Reward an answer that was given before; the arm that gave it learns.')
    .requiredOption('--reward <number>', 'how good the answer was: 0 is bad and counts, 1 is good', number)
    .option('--routing <unit=branch>', 'the way the answer went, as its meta.routing says; repeatable', collect)
    .option('--response <file>', "the answer, as 'predict --json' printed it; - is standard input")
    .addOption(url())
    .addOption(json())
    .addHelpText(
      'after',
      examples([
        'switchyard feedback --reward 1 --routing eg-router=0',
        'switchyard predict 7 --json | switchyard feedback --reward 1 --response -',
      ]),
    )
    .action((options) => feedback(options, terminalOf(options)));

  const models = root.command('models').description('Look at the models in a store.');
  models
    .command('list', { isDefault: true })
    .description('Every version of every model.')
    .addOption(store())
    .addOption(json())
    .action((options) => listModels(options.store, terminalOf(options)));
  models
    .command('show')
    .description("A model's manifest: what it takes, what it gives, how it was made.")
    .argument('<model>', 'name, or name:version')
    .addOption(store())
    .addOption(json())
    .action((model: string, options) => showModel(model, options.store, terminalOf(options)));
  models
    .command('verify')
    .description('Hold the files against their digests. Ends with 1 where one differs.')
    .argument('[models...]', 'name, or name:version (default: every version)')
    .addOption(store())
    .addOption(json())
    .action(async (names: string[], options) => {
      if (!(await verifyModels(names, options.store, terminalOf(options)))) process.exitCode = 1;
    });

  const client = root.command('client').description('Write code that speaks to what is served.');
  access(client.command('generate'))
    .description('Write a typed TypeScript client, one file without dependencies, from what a model or deployment says of itself.')
    .requiredOption('--from <url>', 'where it is served')
    .option('--model <name>', 'which model, where the server has several')
    .option('--name <class>', "the client's class (default: by the model's name)")
    .option('--out <file>', 'where to write it (default: MODEL-client.ts)')
    .addOption(json())
    .addHelpText('after', examples(['switchyard client generate --from http://localhost:8000 --out digits-client.ts']))
    .action((options) => generateClient(options, terminalOf(options)));

  root
    .command('validate')
    .description('Check SeldonDeployments, and say what each would run here.')
    .argument('<files...>', 'YAML or JSON')
    .addOption(json())
    .addHelpText('after', examples(['switchyard validate examples/mnist/deployments/*.yaml']))
    .action((files: string[], options) => validate(files, terminalOf(options)));

  for (const command of [root, ...root.commands, ...models.commands, ...client.commands]) command.exitOverride();
  return root;
}

const examples = (lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError(`"${text}" is not a number`);
  return value;
}

function count(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError(`"${text}" is not a whole number ≥ 0`);
  return value;
}

function port(text: string): number {
  const value = count(text);
  if (value > 65535) throw new InvalidArgumentError(`${text} is not a port; ports are 0 to 65535`);
  return value;
}
