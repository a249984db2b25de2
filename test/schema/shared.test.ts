import assert from 'node:assert/strict';
import { SharedMap, SharedSet } from '../../server/src/schema/shared.js';

describe('a collection that is shared until it is written to', () => {
  it('leaves the other as it was, whatever is written', () => {
    const map = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    const copy = new SharedMap(map);
    assert.deepEqual([...copy], [...map]);
    copy.set('c', 3).set('a', 4);
    assert.equal(copy.delete('b'), true);
    assert.deepEqual(
      [[...copy], copy.size, copy.get('b'), copy.has('c')],
      [
        [
          ['a', 4],
          ['c', 3],
        ],
        2,
        undefined,
        true,
      ],
    );
    assert.deepEqual(
      [...map],
      [
        ['a', 1],
        ['b', 2],
      ],
    );
    const set = new Set(['a', 'b']);
    const other = new SharedSet(set);
    other.add('a').add('c').delete('b');
    assert.deepEqual([[...other], other.size, other.has('b')], [['a', 'c'], 2, false]);
    assert.deepEqual([...set], ['a', 'b']);
  });

  it('copies what a copy says, and no more of it later', () => {
    const first = new SharedMap(new Map([['a', 1]]));
    first.set('b', 2);
    const second = new SharedMap(first);
    second.delete('a');
    assert.deepEqual([[...first.keys()], [...second.keys()], [...second.values()]], [['a', 'b'], ['b'], [2]]);
    const set = new SharedSet(new Set([1]));
    set.add(2);
    const copy = new SharedSet(set);
    copy.clear();
    assert.deepEqual([[...set.values()], copy.size], [[1, 2], 0]);
  });

  it('shares nothing with another that began empty', () => {
    const [one, other] = [new SharedMap<string, number>(), new SharedMap<string, number>()];
    one.set('a', 1);
    other.clear();
    assert.deepEqual([[...one], [...other], [...new SharedMap()]], [[['a', 1]], [], []]);
    const [few, none] = [new SharedSet<string>(), new SharedSet<string>()];
    few.add('a');
    assert.equal(none.delete('a'), false);
    assert.deepEqual([[...few], [...none], [...new SharedSet()]], [['a'], [], []]);
  });

  it('may be written to while it is walked', () => {
    const map = new SharedMap(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    const seen: string[] = [];
    for (const [key, value] of map) {
      seen.push(key);
      map.delete(key);
      map.set(`${key}${key}`, value);
    }
    assert.deepEqual(
      [seen, [...map.keys()]],
      [
        ['a', 'b'],
        ['aa', 'bb'],
      ],
    );
    map.clear();
    assert.equal(map.size, 0);
  });
});
