import rule from '../../../rules/foreign-key/no-set-null-on-required-column.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-set-null-on-required-column', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE teams (id int PRIMARY KEY, org int NOT NULL, UNIQUE (org, id)); CREATE TABLE players (id int PRIMARY KEY, org int NOT NULL, team int, coach int NOT NULL, CONSTRAINT team_fk FOREIGN KEY (team) REFERENCES teams ON DELETE SET NULL);',
  ];
  const add = (key: string): string => `ALTER TABLE players ADD CONSTRAINT k FOREIGN KEY ${key} NOT VALID;`;

  valid('a column that may be NULL', add('(team) REFERENCES teams ON DELETE SET NULL'), { history });
  valid(
    'CASCADE, RESTRICT and nothing',
    `${add('(coach) REFERENCES teams ON DELETE CASCADE')} CREATE TABLE t (a int NOT NULL REFERENCES teams);`,
    {
      history,
    },
  );
  valid(
    'SET NULL of the column that may be NULL',
    add('(org, team) REFERENCES teams (org, id) ON DELETE SET NULL (team)'),
    {
      history,
      config: { postgres: '15' },
    },
  );
  valid(
    'NOT NULL that is taken away behind it',
    `${add('(coach) REFERENCES teams ON DELETE SET NULL')} ALTER TABLE players ALTER coach DROP NOT NULL;`,
    { history },
  );
  valid(
    'a table of which no migration shows the columns',
    'ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES teams ON DELETE SET NULL;',
    {
      history,
    },
  );
  valid('NOT NULL of a column without a key', 'ALTER TABLE players ALTER org SET NOT NULL;', { history });
  valid(
    'NOT NULL with a key that is made anew',
    'ALTER TABLE players DROP CONSTRAINT team_fk, ALTER team SET NOT NULL;',
    { history },
  );
  valid(
    'a body',
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'CREATE TABLE t (a int NOT NULL REFERENCES teams ON DELETE SET NULL)';",
    {
      history,
    },
  );

  for (const sql of [
    'ALTER TABLE players ADD «CONSTRAINT k» FOREIGN KEY (coach) REFERENCES teams ON DELETE SET NULL NOT VALID;',
    'ALTER TABLE players ADD «CONSTRAINT k» FOREIGN KEY (org, team) REFERENCES teams (org, id) ON DELETE SET NULL NOT VALID;',
    'CREATE TABLE t (a int NOT NULL «REFERENCES teams» ON DELETE SET NULL);',
    'CREATE TABLE t (a int PRIMARY KEY «REFERENCES teams» ON DELETE SET NULL);',
    'CREATE TABLE t (a int, b int, «FOREIGN KEY» (a) REFERENCES teams ON DELETE SET NULL, PRIMARY KEY (a, b));',
  ])
    invalid(sql.replace(/[«»]/g, ''), { sql, history, message: 'key', severity: 'warning', output: null });
  invalid('NOT NULL for a column that a key empties', {
    sql: 'ALTER TABLE players «ALTER team SET NOT NULL»;',
    history,
    message: 'column',
    severity: 'warning',
    output: null,
  });
});
