import { describe, expect, test } from 'vitest';
import { collector, findColumn, mergeLabels, numericLabels, type LabelColumn } from './labels.ts';

function named(...labels: string[]): LabelColumn {
  const collect = collector('a');
  labels.forEach((label) => collect.add(label, ''));
  return { ...collect.finish(), indexes: false };
}

describe('labels', () => {
  test('that are numbers from 0 make all classes up to the greatest', () => {
    const { classNames, labels } = mergeLabels([numericLabels(Uint8Array.of(3, 1), 'a'), numericLabels(Float64Array.of(5), 'b')]);
    expect(classNames).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(labels).toEqual([Uint8Array.of(3, 1), Uint8Array.of(5)]);
  });

  test('that are other whole numbers make the classes that occur, in order', () => {
    const { classNames, labels } = mergeLabels([numericLabels(Float64Array.of(10, -1, 9), 'a')]);
    expect(classNames).toEqual(['-1', '9', '10']);
    expect(labels).toEqual([Uint8Array.of(2, 0, 1)]);
  });

  test('that are names are ordered as text, or as numbers where all are', () => {
    expect(mergeLabels([named('b', 'a'), named('B', 'c')]).classNames).toEqual(['B', 'a', 'b', 'c']);
    expect(mergeLabels([named('10', '9'), named('1.5')]).classNames).toEqual(['1.5', '9', '10']);
    expect(mergeLabels([named('10', '9', 'x')]).classNames).toEqual(['10', '9', 'x']);
  });

  test('of more than 256 classes take two bytes', () => {
    const [labels] = mergeLabels([numericLabels(Float64Array.of(0, 256), 'a')]).labels;
    expect(labels).toEqual(Uint16Array.of(0, 256));
  });

  test('that cannot be classes are refused', () => {
    expect(() => numericLabels(Float64Array.of(1, 0.5), 'a')).toThrow('a: row 1: label 0.5 is not a whole number');
    expect(() =>
      numericLabels(
        Float64Array.from({ length: 65_537 }, (_, at) => at),
        'a',
      ),
    ).toThrow('a: row 65536: label "65536" is the 65537th class; at most 65536');
  });

  test('are in a column by name before number', () => {
    expect(findColumn('1', ['0', '2', '1'], 'a', '')).toBe(2);
    expect(findColumn(1, ['0', '2', '1'], 'a', '')).toBe(1);
    expect(() => findColumn('', ['0'], 'a', 'line 1')).toThrow('a: line 1: no label column ""');
  });
});
