import assert from 'node:assert/strict';
import { rollback } from '../../server/src/rollback/rollback.js';
import { review } from '../../server/src/review/review.js';
import { runbook } from '../../server/src/runbook/runbook.js';
import { hoverAt } from '../../server/src/protocol/hover-text.js';
import { isSplit } from '../../server/src/planning/plan-split.js';
import { analysed } from '../support/analysed.js';
import { splitOf } from '../support/planning.js';

const users = '{{ index .Options "Namespace" }}.users';
const history = `CREATE TABLE ${users} (id bigint PRIMARY KEY, email text);`;

/** A letter that only stands in a name which Airlock has made for a placeholder. */
const inner = /[\u0080-\u009f\u07c0-\u07ff]/;

describe('placeholders in names', () => {
  const sql = `ALTER TABLE ${users} ALTER COLUMN email SET NOT NULL, ADD CONSTRAINT one UNIQUE (email);\nCREATE TABLE \${b} (user_id bigint REFERENCES ${users});\nDROP TABLE "{{ index .Options "Namespace" }}"."Tokens";\nALTER TABLE ${users} RENAME email TO mail;\n`;

  it('are what a person reads in findings and their fixes', async () => {
    const { findings } = (await analysed([history], sql)).analysis;
    assert.doesNotMatch(
      JSON.stringify(findings.map(({ message, fixes, related }) => [message, fixes, related])),
      inner,
    );
    const messages = findings.map(({ message }) => message).join('\n');
    assert.ok(messages.includes(`${users}`), messages);
    assert.ok(messages.includes('{{ index .Options "Namespace" }}.Tokens'), messages);
  });

  it('mean the same in quotes and without', async () => {
    const { analysis } = await analysed(
      [history],
      `BEGIN; ALTER TABLE "{{ index .Options "Namespace" }}".users ADD a int; CREATE INDEX i ON ${users} (a); COMMIT;`,
    );
    const keys = analysis.steps.flatMap(({ impact }) => impact.locks.map(({ relation }) => relation.key));
    assert.equal(new Set(keys).size, 1);
  });

  it('are what a split writes', () => {
    const split = splitOf(`ALTER TABLE ${users} ALTER COLUMN email SET NOT NULL;`, { history: [history] });
    assert.ok(isSplit(split), JSON.stringify(split));
    assert.doesNotMatch(JSON.stringify(split), inner);
    assert.ok(split.files.some((file) => file.sql.includes(`ALTER TABLE ${users} `)));
    for (const { path } of split.files) assert.match(path, /^[\w./]+$/);
  });

  it('are what the rollback, the runbook, the review and the hover say', async () => {
    const { analysis, history: documents } = await analysed([history], sql);
    const back = rollback(analysis, documents);
    const page = runbook([{ analysis, rollback: back, shown: (path) => path }]);
    const hover = hoverAt(analysis, 2)?.markdown ?? '';
    const { locks } = review([analysis], () => back);
    assert.doesNotMatch(JSON.stringify([back, page, hover, locks]), inner);
    assert.ok(back.files[0]?.sql.includes(`ALTER TABLE ${users} RENAME COLUMN mail TO email;`), back.files[0]?.sql);
    assert.ok(back.files[0]?.sql.includes('DROP TABLE ${b};'));
    assert.ok(page.includes(`Tables: \`${users}\`, \`{{ index .Options "Namespace" }}.Tokens\``), page);
    assert.ok(hover.includes(`\`${users}\``), hover);
    assert.equal(locks[0]?.relation, users);
  });
});
