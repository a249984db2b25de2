import assert from 'node:assert/strict';
import { liquibase } from '../../server/src/frameworks/tools/liquibase.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { MemoryProject, projectOf } from './support/tool-case.js';

describe('a section', () => {
  before(initParser);

  it('ends its last statement, with a semicolon and without', () => {
    const text = `--liquibase formatted sql
--changeset a:1
CREATE INDEX i ON t (a)
--rollback DROP INDEX i;

--changeset a:2
CREATE INDEX j ON t (b)
--changeset a:3
CREATE INDEX k ON t (c) -- the last
--changeset a:4
DROP INDEX l;
`;
    const path = '/m/1.sql';
    const project = projectOf(liquibase, path, new MemoryProject({ [path]: text }));
    const spans = liquibase
      .read(path, text, project)
      .flatMap(({ direction, span }) => (direction === 'up' ? span : []));
    const { statements } = parseDocument(text, spans);
    assert.deepEqual(statements.map(({ span }) => text.slice(span.start, span.end)).slice(0, 2), [
      'CREATE INDEX i ON t (a)',
      'CREATE INDEX j ON t (b)',
    ]);
    assert.equal(statements[0]?.parsed.problem, undefined);
    assert.equal(statements[1]?.parsed.problem, undefined);
  });
});
