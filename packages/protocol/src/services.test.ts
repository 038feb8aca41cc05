import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { healthService, oipService, reflectionServices, seldonServices, type RawService } from './services.ts';

/** The methods of all services in proto/, as `path stream-in stream-out`. */
function methodsOfProtos(): string[] {
  const folder = join(import.meta.dirname, '../proto');
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const name = /^package ([\w.]+);/m.exec(text)?.[1];
    return [...text.matchAll(/^service (\w+) \{([^}]*)\}/gm)].flatMap(([, service, body = '']) =>
      [...body.matchAll(/rpc (\w+)\((stream )?[\w.]+\) returns \((stream )?[\w.]+\)/g)].map(
        ([, method, requests, answers]) => `/${name}.${service}/${method} ${Boolean(requests)} ${Boolean(answers)}`,
      ),
    );
  });
}

test('the services are those of the protos, path by path', () => {
  const all: RawService<string>[] = [...Object.values(seldonServices), oipService, healthService, reflectionServices.v1];
  const paths = all
    .flatMap((service) => Object.values(service))
    .map((method) => `${method.path} ${method.requestStream} ${method.responseStream}`);
  expect(paths.length).toBe(32);
  expect(paths.toSorted()).toEqual(methodsOfProtos().toSorted());
});

test('bytes are passed as they are, in both directions', () => {
  const bytes = Buffer.from('x');
  const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = seldonServices.Model.Predict;
  for (const pass of [requestSerialize, requestDeserialize, responseSerialize, responseDeserialize]) expect(pass(bytes)).toBe(bytes);
});
