import { describe, expect, test } from 'vitest';
import { parseNpy } from './npy.ts';
import { fixture } from './testing/folder.ts';

const ramp = Array.from({ length: 24 }, (_, at) => at);

describe('a NumPy array', () => {
  test.each(['u1-xx', 'u2-le', 'u4-le', 'u4-be', 'u8-le'])('of unsigned %s', async (type) => {
    const array = parseNpy(await fixture(`ramp-${type}.npy`), 'a');
    expect(array.shape).toEqual([4, 3, 2]);
    expect([...array.values]).toEqual(ramp);
  });

  test.each(['i1-xx', 'i2-le', 'i2-be', 'i4-le', 'i8-le', 'i8-be', 'f2-le', 'f4-le', 'f4-be', 'f8-le', 'f8-be'])(
    'of signed %s',
    async (type) => {
      expect([...parseNpy(await fixture(`ramp-${type}.npy`), 'a').values]).toEqual(ramp.map((value) => value - 12));
    },
  );

  test('of true and false', async () => {
    expect([...parseNpy(await fixture('ramp-b1-xx.npy'), 'a').values]).toEqual(ramp.map((value) => (value > 0 ? 1 : 0)));
  });

  test.each(['fortran', 'version-2', 'version-3'])('in the form %s', async (form) => {
    const array = parseNpy(await fixture(`${form}.npy`), 'a');
    expect(array.shape).toEqual([4, 3, 2]);
    expect([...array.values]).toEqual(ramp);
  });

  test.each([
    ['object.npy', 'a: header: an array of Python objects (dtype object)'],
    ['text.npy', `a: header: dtype '<U2' is not one of bool, integers, floats`],
    ['grey.png', 'a: byte 0: not a NumPy array'],
  ])('%s is refused', async (name, message) => {
    const bytes = await fixture(name);
    expect(() => parseNpy(bytes, 'a')).toThrow(message);
  });

  test('that is cut, prolonged or claims too much is refused with its place', async () => {
    const bytes = await fixture('ramp-u1-xx.npy');
    expect(() => parseNpy(bytes.subarray(0, 150), 'a')).toThrow('a: byte 150: the file ends here; an array of 4×3×2 ends at byte 152');
    expect(() => parseNpy(bytes.subarray(0, 100), 'a')).toThrow('a: byte 100: the file ends here; the header ends at byte 128');
    expect(() => parseNpy(bytes.subarray(0, 9), 'a')).toThrow('a: byte 9: the file ends here');
    expect(() => parseNpy(Buffer.concat([bytes, bytes]), 'a')).toThrow('a: byte 152: 152 more bytes than an array of 4×3×2 has');
    const claim = Buffer.from(Buffer.from(bytes).toString('latin1').replace('(4, 3, 2), }      ', '(4000000000, 3,2)}'), 'latin1');
    expect(() => parseNpy(claim, 'a')).toThrow('a: byte 152: the file ends here; an array of 4000000000×3×2 ends at byte 24000000128');
    const version = Uint8Array.from(bytes);
    version[6] = 9;
    expect(() => parseNpy(version, 'a')).toThrow('a: byte 6: version 9');
  });
});
