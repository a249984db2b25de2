import assert from 'node:assert/strict';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';
import { labMore } from './support/cases/lab-more.js';
import { labStrange } from './support/cases/lab-strange.js';
import { labUps } from './support/cases/lab-ups.js';
import { makeLab, proveLab } from './support/lab-prover.js';

/** What was once graded better than it came back, or destroyed what stood there before. */
const onceWrong =
  /OWNER TO bob|OWNER TO alice$|fillfactor = 70|DROP TABLE (?:heavy|city)|AS SELECT 1 AS x|INHERIT city|ONLY city|USING INDEX heavy_id|ON (?:ONLY )?measure \(|complex|DOMAIN positive|OWNED BY NONE|DROP VIEW IF|PUBLICATION feed|SERVER far|DROP SCHEMA aux|EXTENSION btree_gist (?:SET|CASC)|ALL IN|IN SCHEMA public|ON TYPE rainbow FROM|LIKE measure|TYPE bigint; CREATE VIEW|old_rainbow|rainbow2|carol|mood3|top_v|IF NOT EXISTS (?:ser|pk_t)|COLUMN d; ALTER|USING brin|aux\.t2|EXTENSION btree_gist IS/;

describe('rollbacks on a database of many kinds of objects', () => {
  it('keep what their grade says, with the objects in the files and in no file', async () => {
    const engine = new EmbeddedEngine(['btree_gist', 'citext']);
    try {
      await engine.open();
      await makeLab(engine);
      const ups = [...labUps, ...labMore, ...labStrange].filter((up, index) => onceWrong.test(up) || index % 24 === 0);
      const proven = await proveLab(engine, ups, ['in the history', 'in no file']);
      assert.deepEqual(
        proven.filter(({ wrong }) => wrong !== undefined),
        [],
      );
      assert.ok(proven.length > 100, `only ${proven.length}`);
    } finally {
      await engine.close();
    }
  }).timeout(240_000);
});
