import assert from 'node:assert/strict';
import { type Narrowing, narrowing } from '../../server/src/impact/narrowing.js';
import type { AlterColumnType } from '../../server/src/sql/action.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { inputOf } from '../support/analyze-sql.js';
import { runMigration, type StatementError, withDatabase } from '../support/pglite.js';

interface Case {
  readonly from: string;
  readonly to: string;
  readonly using?: string;
  /** A value that the old type holds. */
  readonly value: string;
  readonly kind: Narrowing['kind'] | undefined;
  /** What PostgreSQL does with it: an SQLSTATE, or the value as text that is left. */
  readonly result: string;
}

const cases: readonly Case[] = [
  { from: 'bigint', to: 'int', value: '3000000000', kind: 'fails', result: '22003' },
  { from: 'int', to: 'smallint', using: 'a::smallint', value: '40000', kind: 'fails', result: '22003' },
  { from: 'int', to: 'bigint', value: '2147483647', kind: undefined, result: '2147483647' },
  { from: 'int', to: 'numeric(10,2)', value: '2147483647', kind: 'fails', result: '22003' },
  { from: 'int', to: 'numeric(12,2)', value: '2147483647', kind: undefined, result: '2147483647.00' },
  { from: 'int', to: 'real', value: '16777217', kind: 'rounds', result: '1.6777216e+07' },
  { from: 'int', to: 'float8', value: '16777217', kind: undefined, result: '16777217' },
  { from: 'bigint', to: 'float8', value: '9007199254740993', kind: 'rounds', result: '9.007199254740992e+15' },
  { from: 'numeric(10,2)', to: 'numeric(8,2)', value: '12345678.12', kind: 'fails', result: '22003' },
  { from: 'numeric(10,2)', to: 'numeric(10,1)', value: '1.25', kind: 'rounds', result: '1.3' },
  { from: 'numeric(10,2)', to: 'numeric(10,3)', value: '12345678.12', kind: 'fails', result: '22003' },
  { from: 'numeric(10,2)', to: 'numeric(12,3)', value: '12345678.12', kind: undefined, result: '12345678.120' },
  { from: 'numeric', to: 'numeric(4,1)', value: '10000', kind: 'fails', result: '22003' },
  { from: 'numeric(10,2)', to: 'int', value: '1.5', kind: 'rounds', result: '2' },
  { from: 'numeric(10,0)', to: 'int', value: '9999999999', kind: 'fails', result: '22003' },
  { from: 'numeric(9,0)', to: 'int', value: '999999999', kind: undefined, result: '999999999' },
  { from: 'numeric', to: 'float8', value: '0.12345678901234567890', kind: 'rounds', result: '0.12345678901234568' },
  { from: 'float8', to: 'real', value: '0.1234567890123', kind: 'rounds', result: '0.12345679' },
  { from: 'float8', to: 'int', value: '1.6', kind: 'rounds', result: '2' },
  { from: 'text', to: 'varchar(3)', value: "'abcd'", kind: 'fails', result: '22001' },
  { from: 'varchar(10)', to: 'varchar(3)', using: 'a::varchar(3)', value: "'abcd'", kind: 'truncates', result: 'abc' },
  { from: 'varchar(10)', to: 'varchar(20)', value: "'abcd'", kind: undefined, result: 'abcd' },
  { from: 'varchar(3)', to: 'text', value: "'abc'", kind: undefined, result: 'abc' },
  {
    from: 'timestamptz',
    to: 'timestamptz(0)',
    value: "'2026-01-01 10:00:00.6+00'",
    kind: 'rounds',
    result: '2026-01-01 10:00:01+00',
  },
  { from: 'timestamp', to: 'date', value: "'2026-01-01 10:00'", kind: 'date', result: '2026-01-01' },
  { from: 'timestamp', to: 'time', value: "'2026-01-01 10:00'", kind: 'time', result: '10:00:00' },
  { from: 'text', to: 'int', using: '(a)::int', value: "'x'", kind: 'parses', result: '22P02' },
  { from: 'text', to: 'uuid', using: 'a::uuid', value: "'x'", kind: 'parses', result: '22P02' },
  { from: 'text', to: 'mood', using: 'a::mood', value: "'x'", kind: 'parses', result: '22P02' },
  { from: 'mood', to: 'mood2', using: '(a::text::mood2)', value: "'sad'", kind: 'values', result: '22P02' },
  { from: 'mood2', to: 'mood', using: 'a::text::mood', value: "'ok'", kind: undefined, result: 'ok' },
  { from: 'int', to: 'smallint', using: 'least(a, 32767)', value: '40000', kind: undefined, result: '32767' },
  { from: 'int[]', to: 'smallint[]', value: "'{40000}'", kind: 'fails', result: '22003' },
];

describe('narrowing type changes', () => {
  before(initParser);

  for (const { from, to, using, value, kind, result } of cases) {
    const change = `ALTER TABLE t ALTER a TYPE ${to}${using === undefined ? '' : ` USING ${using}`};`;
    it(`${from}: ${change}`, async () => {
      const types = "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE mood2 AS ENUM ('ok');";
      const history = `${types} CREATE TABLE t (a ${from});`;
      const { before: state } = inputOf('', { history: [history] });
      const [action] = parseDocument(change).statements[0]?.parsed.actions ?? [];
      const found = narrowing(
        action as AlterColumnType,
        state.table({ schema: undefined, name: 't' })?.columns.get('a'),
        state,
      );
      assert.equal(found?.kind, kind);
      const got = await withDatabase(async (db) => {
        await runMigration(db, `${history} INSERT INTO t VALUES (${value});`);
        try {
          await runMigration(db, change);
        } catch (error) {
          return (error as StatementError).code;
        }
        const { rows } = await db
          .query<{ a: string }>("SET timezone = 'UTC'")
          .then(() => db.query<{ a: string }>('SELECT a::text AS a FROM t'));
        return rows[0]?.a;
      });
      assert.equal(got, result);
    });
  }
});
