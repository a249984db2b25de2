import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

/** The rules that speak, in the order of the text, without the one that asks for a lock_timeout. */
function speaking(sql: string): string[] {
  return analyzeSql(sql, { config: { timeouts: 'set-elsewhere' } }).findings.map(({ rule }) => rule);
}

const unused = 'no-unused-suppression';
const noReason = 'require-suppression-reason';

describe('suppressions', () => {
  before(initParser);

  describe('until a day', () => {
    const on = (today: string | undefined, comment: string): string[] => {
      const setting = { config: { timeouts: 'set-elsewhere' as const }, ...(today === undefined ? {} : { today }) };
      return analyzeSql(`${comment}\nDROP TABLE a;`, setting).findings.map(({ rule, message }) =>
        rule === unused ? message : rule,
      );
    };
    const over = 'no-drop-table was accepted here until 2027-01-31, and that day is over: it is reported again.';

    it('hold to the end of it, and are reported from then on', () => {
      for (const comment of [
        '-- airlock-ignore no-drop-table until 2027-01-31: archived',
        '-- airlock-ignore no-drop-table  until  2027-01-31 : archived',
        '-- airlock-ignore no-drop-table, until 2027-01-31: archived',
        '-- airlock-ignore no-drop-table UNTIL 2027-01-31: archived',
        '-- airlock-ignore no-drop-table until=2027-01-31: archived',
        '-- airlock-ignore no-drop-table: archived until 2027-01-31',
        '-- airlock-ignore no-drop-table: archived (until 2027-01-31).',
        '/* airlock-ignore no-drop-table\n   until 2027-01-31: archived */',
        '-- airlock-ignore-file no-drop-table until 2027-01-31: archived',
      ]) {
        assert.deepEqual(on('2027-01-31', comment), [], comment);
        assert.deepEqual(on('2027-02-01', comment), [over, 'no-drop-table'], comment);
        assert.deepEqual(on(undefined, comment), [], 'where nobody knows the day');
      }
    });

    it('silence nothing where it is no day', () => {
      for (const [words, day] of [
        ['until 2027-02-29', '2027-02-29'],
        ['until 2027-1-31', '2027-1-31'],
        ['until 31.01.2027', '31.01.2027'],
        ['until next year', 'next year'],
        ['until', ''],
        ['until 2027-01-31 until 2027-02-01', '2027-01-31  2027-02-01'],
        ['(until 2027-01-31)', '2027-01-31)'],
      ] as const)
        assert.deepEqual(
          on('2026-01-01', `-- airlock-ignore no-drop-table ${words}: archived`),
          [`This comment silences nothing: "${day}" is no day.`, 'no-drop-table'],
          words,
        );
    });

    it('are for ever where a day is only spoken of', () => {
      for (const reason of [
        'until 2027-01-31 nobody has read it',
        'archived on 2020-01-01',
        'kept until the year ends',
      ])
        assert.deepEqual(on('2030-01-01', `-- airlock-ignore no-drop-table: ${reason}`), [], reason);
    });
  });

  describe('of a statement', () => {
    it('stand before it, and hold for that one alone', () => {
      const sql = '-- airlock-ignore no-drop-table: archived\nDROP TABLE a;\nDROP TABLE b;';
      assert.deepEqual(speaking(sql), ['no-drop-table']);
    });

    it('may have blank lines and other comments between', () => {
      assert.deepEqual(speaking('-- airlock-ignore no-drop-table: archived\n\n-- see the ticket\n\nDROP TABLE a;'), []);
    });

    it('may stand at the end of its line', () => {
      assert.deepEqual(speaking('DROP TABLE a; -- airlock-ignore no-drop-table: archived\nDROP TABLE b;'), [
        'no-drop-table',
      ]);
      assert.deepEqual(speaking('DROP TABLE a /* airlock-ignore no-drop-table: archived */;'), []);
    });

    it('may stand inside it', () => {
      const sql =
        'ALTER TABLE a\n  -- airlock-ignore no-drop-column: nobody reads it\n  DROP COLUMN b,\n  DROP COLUMN c;';
      assert.deepEqual(speaking(sql), []);
    });

    it('are read in CRLF files and in block comments', () => {
      assert.deepEqual(speaking('-- airlock-ignore no-drop-table: archived\r\nDROP TABLE a;\r\n'), []);
      assert.deepEqual(speaking('/* airlock-ignore no-drop-table: archived\n   last March */\nDROP TABLE a;'), []);
    });

    it('silence their own rule alone', () => {
      assert.deepEqual(speaking('-- airlock-ignore no-truncate: empty\nDROP TABLE a;'), [unused, 'no-drop-table']);
    });

    it('silence what is inside a DO block', () => {
      const sql = '-- airlock-ignore no-drop-table: 20 rows\nDO $$ BEGIN DROP TABLE a; END $$;';
      assert.deepEqual(speaking(sql), []);
    });

    it('inside the string of a DO block are part of its text, not of the file', () => {
      const sql = 'DO $$ BEGIN\n-- airlock-ignore no-drop-table: 20 rows\nDROP TABLE a; END $$;';
      assert.deepEqual(speaking(sql), ['no-drop-table']);
    });

    it('name several rules, with or without commas', () => {
      const statement = 'ALTER TABLE a DROP COLUMN b, ADD COLUMN c int NOT NULL;';
      assert.deepEqual(speaking(`-- airlock-ignore no-drop-column, no-required-column: empty\n${statement}`), []);
      assert.deepEqual(speaking(`-- airlock-ignore no-drop-column no-required-column: empty\n${statement}`), []);
    });

    it('take the id of another linter', () => {
      assert.deepEqual(speaking('-- airlock-ignore ban-drop-table: archived\nDROP TABLE a;'), []);
    });

    it('may be several for one statement', () => {
      const sql =
        '-- airlock-ignore no-drop-column: empty\n-- airlock-ignore no-required-column: empty\nALTER TABLE a DROP COLUMN b, ADD COLUMN c int NOT NULL;';
      assert.deepEqual(speaking(sql), []);
    });

    it('keep their reason whole, colons and dashes included', () => {
      assert.deepEqual(
        speaking('-- airlock-ignore no-drop-table: see https://example.org/a--b: done\nDROP TABLE a;'),
        [],
      );
    });

    it('in a string are no suppressions', () => {
      assert.deepEqual(speaking("SELECT '-- airlock-ignore no-drop-table: x';\nDROP TABLE a;"), ['no-drop-table']);
    });
  });

  describe('of a file', () => {
    it('hold for every statement, wherever they stand', () => {
      assert.deepEqual(speaking('-- airlock-ignore-file no-drop-table: a purge\nDROP TABLE a;\nDROP TABLE b;'), []);
      assert.deepEqual(speaking('DROP TABLE a;\nDROP TABLE b;\n-- airlock-ignore-file no-drop-table: a purge'), []);
    });

    it('do not silence another rule', () => {
      assert.deepEqual(speaking('-- airlock-ignore-file no-drop-table: a purge\nDROP TABLE a; TRUNCATE b;'), [
        'no-truncate',
      ]);
    });
  });

  describe('that do nothing', () => {
    it('are reported when nothing is there to silence', () => {
      assert.deepEqual(speaking('-- airlock-ignore no-drop-table: archived\nSELECT 1;'), [unused]);
    });

    it('are reported for the rule that is not needed, and silence the other', () => {
      assert.deepEqual(speaking('-- airlock-ignore no-drop-table, no-truncate: archived\nDROP TABLE a;'), [unused]);
    });

    it('give no reason, and silence nothing', () => {
      assert.deepEqual(speaking('-- airlock-ignore no-drop-table\nDROP TABLE a;'), [noReason, 'no-drop-table']);
      assert.deepEqual(speaking('-- airlock-ignore-file no-drop-table:\nDROP TABLE a;'), [noReason, 'no-drop-table']);
    });

    it('name a rule that there is not, with the nearest one', () => {
      const { findings } = analyzeSql('-- airlock-ignore no-drop-tables: archived\nSELECT 1;');
      assert.match(findings[0]?.message ?? '', /There is no rule "no-drop-tables"/);
      assert.equal(findings[0]?.advice, 'Did you mean "no-drop-table"?');
    });

    it('name a rule that is like no other, without a guess', () => {
      const { findings } = analyzeSql('-- airlock-ignore xyz: archived\nSELECT 1;');
      assert.equal(findings[0]?.message, 'There is no rule "xyz", so this comment silences nothing.');
    });

    it('stand behind the last statement', () => {
      assert.deepEqual(speaking('SELECT 1;\n\n-- airlock-ignore no-drop-table: archived\n'), [unused]);
    });
  });

  it('are counted', () => {
    const { suppressed, verdict } = analyzeSql('-- airlock-ignore-file no-drop-table: a purge\nDROP TABLE a, b;', {
      config: { timeouts: 'set-elsewhere' },
    });
    assert.deepEqual([suppressed, verdict], [2, 'SAFE TO SHIP']);
  });
});
