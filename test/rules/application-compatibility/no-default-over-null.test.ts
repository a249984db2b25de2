import rule from '../../../rules/application-compatibility/no-default-over-null.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-default-over-null', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE m (id int PRIMARY KEY, archived_at timestamptz, created_at timestamptz, due date, n int, seen_at timestamptz NOT NULL, sent_at timestamptz DEFAULT now());',
  ];
  const set = (column: string, value = 'now()'): string => `ALTER TABLE m ALTER COLUMN ${column} SET DEFAULT ${value};`;

  valid('a time that every row has from its beginning', set('created_at'), { history });
  valid('another default', `${set('n', '0')} ${set('due', "'2030-01-01'")} ${set('archived_at', 'NULL')}`, { history });
  valid('a column without NULL', set('seen_at'), { history });
  valid('a column that has a default', set('sent_at', 'clock_timestamp()'), { history });
  valid('a column of the same file', `ALTER TABLE m ADD closed_at timestamptz; ${set('closed_at')}`, { history });
  valid(
    'a table of the same file',
    'CREATE TABLE k (archived_at timestamptz); ALTER TABLE k ALTER archived_at SET DEFAULT now();',
  );
  valid('a table that no migration shows', 'ALTER TABLE k ALTER archived_at SET DEFAULT now();');
  valid('rows that are filled', `${set('archived_at')} UPDATE m SET archived_at = now() WHERE archived_at IS NULL;`, {
    history,
  });
  valid('a column that becomes NOT NULL', `${set('archived_at')} ALTER TABLE m ALTER archived_at SET NOT NULL;`, {
    history,
  });

  invalid('a time that says whether something has happened', {
    sql: 'ALTER TABLE m «ALTER COLUMN archived_at SET DEFAULT CURRENT_TIMESTAMP(6)»;',
    history,
    message: 'says',
    severity: 'warning',
    output: null,
  });
  invalid('a time of which nobody knows what NULL says, as information', {
    sql: 'ALTER TABLE m «ALTER due SET DEFAULT CURRENT_DATE»;',
    history,
    message: 'says',
    severity: 'info',
    output: null,
  });
});
