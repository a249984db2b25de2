import assert from 'node:assert/strict';
import type { FileEdit, Finding } from '../../server/src/analysis/finding.js';
import { applyEdits, editsTogether, fixesTogether } from '../../server/src/analysis/fix-edits.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { MemoryFiles, workspaceOf } from '../workspace/support/memory-files.js';

const path = '/m/2_index.sql';
const text = "SET lock_timeout = '2s';\nALTER TABLE t ADD COLUMN b int;\nDROP INDEX t_a;\n";

describe('the fixes of a file', () => {
  before(initParser);

  it('are looked for in the analysis with which the file was opened, and further texts in its place', () => {
    const files = new MemoryFiles({
      '/m/1_t.sql': 'CREATE TABLE t (a int);\nCREATE INDEX t_a ON t (a);\n',
      [path]: text,
    });
    const workspace = workspaceOf(files);
    const opened = workspace.analyzeToChange(path);
    assert.ok('look' in opened);
    assert.deepEqual(opened.analysis.findings, analysisFindings(workspace.analyze(path)));
    const fixed = applyEdits(text, editsTogether(fixesTogether(opened.analysis.findings)));
    assert.notEqual(fixed, text);
    const then = opened.look(fixed);
    files.texts.set(path, fixed);
    workspace.changed(path);
    assert.deepEqual(then.findings, analysisFindings(workspace.analyze(path)));
    assert.ok('message' in workspace.analyzeToChange('/m/gone.sql'));
  });

  it('do not touch one another, wherever in a long text they stand', () => {
    const { analysis } = openedFor(path);
    const [model] = analysis.findings;
    assert.ok(model);
    const at = (...edits: FileEdit[]): Finding => ({
      ...model,
      step: undefined,
      fixes: [{ title: 'x', safety: 'safe', edits }],
    });
    const edit = (start: number, end: number): FileEdit => ({ span: { start, end }, text: '' });
    const long = at(edit(10, 20_000));
    assert.deepEqual(fixesTogether([long, at(edit(9_000, 9_001)), at(edit(20_000, 20_001))]).length, 2);
    assert.deepEqual(fixesTogether([at(edit(4095, 4097)), at(edit(4096, 4100)), at(edit(5000, 5000))]).length, 2);
    assert.deepEqual(fixesTogether([at(edit(8192, 8192)), at(edit(8192, 8192))]).length, 1);
  });

  it('are chosen without comparing each with all', () => {
    const { analysis } = openedFor(path);
    const [model] = analysis.findings;
    assert.ok(model);
    const many = Array.from({ length: 60_000 }, (_, index): Finding => {
      const start = index * 80;
      return {
        ...model,
        step: undefined,
        fixes: [{ title: 'x', safety: 'safe', edits: [{ span: { start, end: start + 5 }, text: '' }] }],
      };
    });
    const start = performance.now();
    assert.equal(fixesTogether(many).length, many.length);
    assert.ok(performance.now() - start < 2000);
  });
});

function analysisFindings(result: object): unknown {
  return 'findings' in result ? result.findings : result;
}

function openedFor(which: string) {
  const files = new MemoryFiles({
    '/m/1_t.sql': 'CREATE TABLE t (a int);\nCREATE INDEX t_a ON t (a);\n',
    [which]: text,
  });
  const opened = workspaceOf(files).analyzeToChange(which);
  assert.ok('analysis' in opened);
  return opened;
}
