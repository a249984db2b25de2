import assert from 'node:assert/strict';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { MemoryProject, projectOf } from './support/tool-case.js';

describe('plain SQL in folders of versions', () => {
  const texts = Object.fromEntries(
    ['0/01_a', '2/01_b', '10/01_c', '10/02_d'].map((name) => [`/app/migrations/${name}.up.sql`, 'SELECT 1;\n']),
  );
  const files = new MemoryProject({ ...texts, '/app/2024/report.sql': 'SELECT 1;\n' });

  it('is one project, in the order of the numbers', () => {
    const paths = Object.keys(texts);
    const project = projectOf(plainSql, paths[2] ?? '', files);
    assert.equal(project.root, '/app/migrations');
    assert.deepEqual(plainSql.order([...paths].reverse(), project), paths);
  });

  it('is no such thing where a number stands alone', () => {
    assert.equal(plainSql.recognise('/app/2024/report.sql', files)?.root, '/app/2024');
  });
});
