import assert from 'node:assert/strict';
import { embedded, type ProvingGround } from './engine/database.js';
import { prove } from './engine/prove.js';
import { keptCases } from './cases/kept.js';
import { sample } from './matrix.js';
import { fixedSeed, provePairs } from './pairs.js';

/** A part of `npm run prove`, on the embedded PostgreSQL. */
describe('safe forms, proven by running them', () => {
  let ground: ProvingGround;

  before(async () => {
    ground = await embedded();
  });

  after(() => ground.close());

  for (const [index, given] of sample)
    it(`${index} ${given.kind}: ${given.up}`, async () => {
      const { verdict, why } = await prove(ground, given, { extras: false });
      assert.ok(verdict !== 'WRONG' && verdict !== 'broken', `${verdict}\n${why.join('\n')}`);
    });

  for (const given of keptCases)
    it(`${given.want}: ${given.history ?? ''} ${given.up}`, async () => {
      const { verdict, why } = await prove(ground, given, { extras: true });
      assert.equal(verdict, given.want, why.join('\n'));
    });

  it('Fix All over two and three statements does what they do', async () => {
    await provePairs(ground, 40, fixedSeed, 20_000);
  });
});
