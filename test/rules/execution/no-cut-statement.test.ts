import rule from '../../../rules/execution/no-cut-statement.js';
import { goose } from '../../../server/src/frameworks/tools/goose.js';
import { sqlMigrate } from '../../../server/src/frameworks/tools/sql-migrate.js';
import { projectOf } from '../../support/project.js';
import { ruleTester } from '../../support/rule-tester.js';

const body = 'CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND $$;';

describe('no-cut-statement', () => {
  const { valid, invalid } = ruleTester(rule);
  const inGoose = { project: projectOf(goose) };
  const inSqlMigrate = { project: projectOf(sqlMigrate) };

  valid('a body that plain SQL runs', body);
  valid('statements without a body', '-- +goose Up\nSELECT 1;\nSELECT 2;\n', inGoose);
  valid(
    'a body in one line',
    '-- +goose Up\nCREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n',
    inGoose,
  );
  valid(
    'a semicolon at the end of a comment within a statement',
    '-- +goose Up\nCREATE TABLE t (\n  a int, -- the first;\n  -- and then;\n  b int\n);\n',
    inGoose,
  );
  valid('a body between marks', `-- +goose Up\n-- +goose StatementBegin\n${body}\n-- +goose StatementEnd\n`, inGoose);
  valid(
    'several statements between marks',
    `-- +goose Up\n-- +goose statementbegin\nSELECT 1;\n${body}\n-- +goose statementend\n`,
    inGoose,
  );
  valid(
    'a body between marks of sql-migrate',
    `-- +migrate Up\n-- +migrate StatementBegin\n${body}\n-- +migrate StatementEnd\n`,
    inSqlMigrate,
  );

  invalid('a body in goose', {
    ...inGoose,
    sql: `-- +goose Up\n${body.replace('CREATE FUNCTION', '«CREATE FUNCTION»')}\n`,
    message: 'cut',
    output: `-- +goose Up\n-- +goose StatementBegin\n${body}\n-- +goose StatementEnd\n`,
  });
  invalid('a body behind marks that have ended', {
    ...inGoose,
    sql: `-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n«DO» $$\nBEGIN\n  PERFORM 1;\nEND $$;\n`,
    message: 'cut',
    output:
      '-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n-- +goose StatementBegin\nDO $$\nBEGIN\n  PERFORM 1;\nEND $$;\n-- +goose StatementEnd\n',
  });
  invalid('a body in sql-migrate', {
    ...inSqlMigrate,
    sql: `-- +migrate Up\n${body.replace('CREATE FUNCTION', '«CREATE FUNCTION»')}\n`,
    message: 'cut',
    output: `-- +migrate Up\n-- +migrate StatementBegin\n${body}\n-- +migrate StatementEnd\n`,
  });
});
