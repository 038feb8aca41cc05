import { existsSync, readFileSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import { decodeImage, loadDataset, resize, toGrey, type Dataset } from '@switchyard/dataset';
import { encodeSeldonJson } from '@switchyard/protocol';
import { type AccessOptions, type Fetch, fetchWith } from '../client/access.ts';
import { request, restClient } from '../client/rest-client.ts';
import { toSample } from '../sample.ts';
import { drawPicture, drawProbabilities } from '../show/picture.ts';
import { style, type Terminal } from '../show/terminal.ts';
import { argmax } from '../trial.ts';

export type PredictOptions = AccessOptions & { readonly url: string; readonly data: string };

type Input = { readonly row: ArrayLike<number>; readonly shape: readonly number[]; readonly label?: string };

/** Asks a running deployment about one row: `what` is the index of a test row of the data, or the file of a picture. */
export async function predict(what: string, { url, data, ...access }: PredictOptions, terminal: Terminal): Promise<void> {
  const fetch = fetchWith(access);
  const input = existsSync(what) ? await fromPicture(what, url, fetch) : await fromDataset(what, data);
  const answer = await restClient(url, fetch).predict(input.row);
  const { meta, names, probabilities, ms } = answer;
  if (terminal.json) return void process.stdout.write(`${encodeSeldonJson(answer.message).toString()}\n`);
  const [height, width] = input.shape;
  if (input.shape.length === 2) terminal.line(`\n${drawPicture(input.row, width!, height!)}\n`);
  terminal.line(drawProbabilities(names, probabilities));
  const route = Object.entries(meta.routing ?? {}).map(([unit, branch]) => `${unit}=${branch}`);
  terminal.line(
    `\n${style('bold', names[argmax(probabilities)] ?? '')}${input.label === undefined ? '' : `, labelled ${input.label}`}, in ${ms.toFixed(1)} ms, puid ${meta.puid}${route.length > 0 ? `, routing ${route.join(' ')}` : ''}`,
  );
  if (route.length > 0)
    terminal.line(
      style('dim', `Reward it: switchyard feedback --reward 1 ${route.map((each) => `--routing ${each}`).join(' ')} --url ${url}`),
    );
}

async function fromDataset(what: string, data: string): Promise<Input> {
  const index = Number(what);
  if (!/^\d+$/.test(what)) throw new UserError(`"${what}" is neither a file nor the index of a test row`);
  const dataset: Dataset = (await loadDataset(data)).test;
  if (index >= dataset.rows) throw new UserError(`${data} has ${dataset.rows} test rows, 0 to ${dataset.rows - 1}; there is no ${index}`);
  const sample = toSample(dataset);
  return { row: sample.row(index), shape: dataset.shape, label: dataset.classNames[sample.label(index)]! };
}

/** Makes the picture as large as the model wants it, grey, and bright on dark as its training data was. */
async function fromPicture(file: string, url: string, fetch: Fetch): Promise<Input> {
  const width = await inputWidth(url, fetch);
  const side = Math.sqrt(width);
  if (!Number.isInteger(side)) throw new UserError(`the model at ${url} takes ${width} numbers, which is no square picture`);
  const grey = resize(toGrey(decodeImage(readFileSync(file))), side, side);
  return { row: Float64Array.from(grey.pixels, (value) => value / 255), shape: [side, side] };
}

async function inputWidth(url: string, fetch: Fetch): Promise<number> {
  const metadata = (await (await request(`${url.replace(/\/+$/, '')}/api/v1.0/metadata`, {}, fetch)).json()) as {
    graphinputs?: { shape?: number[] }[];
  };
  const width = metadata.graphinputs?.[0]?.shape?.at(-1);
  if (!width || width < 1) throw new UserError(`the deployment at ${url} does not say how many numbers it takes`);
  return width;
}
