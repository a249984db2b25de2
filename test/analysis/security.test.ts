import assert from 'node:assert/strict';
import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import { type Analysis, analyze } from '../../server/src/analysis/analyze.js';
import { SchemaState } from '../../server/src/schema/state.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { supabaseRights } from '../../server/src/frameworks/supabase-rights.js';
import { supabase } from '../../server/src/frameworks/tools/supabase.js';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { analyzeSql, inputOf } from '../support/analyze-sql.js';
import { projectOf } from '../support/project.js';

const all = ruleSet(rules);

function security({ findings }: Analysis): string[] {
  return findings.filter(({ category }) => category === 'security').map(({ rule, severity }) => `${severity} ${rule}`);
}

describe('the category security', () => {
  before(initParser);

  const off = 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;';

  it('is looked at from the migration on that says who may do what, above it as well', () => {
    assert.deepEqual(security(analyzeSql(off)), []);
    const expected = ['warning no-disable-row-security'];
    assert.deepEqual(security(analyzeSql(`${off}\nGRANT SELECT ON orders TO app;`)), expected);
    assert.deepEqual(security(analyzeSql(off, { history: ['CREATE ROLE app;'] })), expected);
  });

  it('comes and goes while a file is edited', () => {
    const history = new SchemaState();
    const run = (sql: string, former?: Analysis): Analysis =>
      analyze(
        { ...inputOf(sql), before: history.fork(), history },
        all,
        (rule, _statement, error) => {
          throw new Error(rule.meta.id, { cause: error });
        },
        former,
      );
    const without = run(off, run(off));
    const within = run(`${off}\nGRANT SELECT ON orders TO app;`, without);
    const again = run(off, within);
    assert.deepEqual([without, within, again].map(security), [[], ['warning no-disable-row-security'], []]);
    assert.deepEqual(
      [without, within, again].map(({ asksForSecurity }) => asksForSecurity),
      [false, true, false],
    );
  });

  it('is one finding for row level security that goes, with the other as a hint', () => {
    const { findings } = analyzeSql(off, {
      history: ['CREATE TABLE orders (id int); ALTER TABLE orders ENABLE ROW LEVEL SECURITY;'],
    });
    assert.deepEqual(
      findings
        .filter(({ rule }) => /row-security|lost-access/.test(rule))
        .map(({ rule, severity }) => [rule, severity])
        .sort(),
      [
        ['no-disable-row-security', 'warning'],
        ['no-lost-access', 'hint'],
      ],
    );
  });
});

describe('rights on new tables of Supabase', () => {
  const given = (path: string): boolean | undefined => supabaseRights(projectOf(supabase), path)?.givesRights;

  it('are read from the day in the name of the migration', () => {
    assert.equal(given('supabase/migrations/20260529235959_a.sql'), true);
    assert.equal(given('supabase/migrations/20260530000000_a.sql'), undefined);
    assert.equal(given('supabase/migrations/20261029235959_a.sql'), undefined);
    assert.equal(given('supabase/migrations/20261030000000_a.sql'), false);
    assert.equal(given('supabase/migrations/20240810_a.sql'), true);
  });

  it('depend on what nobody knows where the name has no day', () => {
    for (const name of ['0001_a.sql', '99999999999999_a.sql', '20261301000000_a.sql', '2026_a.sql'])
      assert.equal(given(`supabase/migrations/${name}`), undefined, name);
  });

  it('are no question of other tools', () =>
    assert.equal(supabaseRights(projectOf(plainSql), '20240101000000_a.sql'), undefined));
});
