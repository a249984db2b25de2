// `npm run new-rule -- <category>/<rule-id>`: makes the rule, its test and its page from templates.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [, category, id] = /^([a-z-]+)\/((?:no|require|prefer)-[a-z0-9-]+)$/.exec(process.argv[2] ?? '') ?? [];
const known = fs
  .readdirSync(path.join(root, 'rules'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['engine', 'questions', 'fixes'].includes(entry.name))
  .map((entry) => entry.name);
if (!id) {
  console.error(
    `Usage: npm run new-rule -- <category>/<rule-id>\nA rule id begins with no-, require- or prefer-. Categories: ${known.join(', ')}.`,
  );
  process.exit(2);
}

function write(file, text) {
  const full = path.join(root, file);
  if (fs.existsSync(full)) {
    console.error(`${file} exists already.`);
    process.exit(2);
  }
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, text);
  console.log(`made ${file}`);
}

write(
  `rules/${category}/${id}.ts`,
  `import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** One sentence: what PostgreSQL does, and where that was measured. */
export default defineRule({
  meta: {
    id: '${id}',
    category: '${category}',
    severity: 'warning',
    summary: 'What is asked for, in one line.',
    recommended: true,
    fix: 'none',
    since: '${JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version}',
    sources: ['https://www.postgresql.org/docs/current/sql-droptable.html'],
    messages: {
      found: 'What happens to {table}, and who waits or breaks.\\nWhat to do about it.',
    },
  },

  check: {
    dropTable(action, { before }) {
      if (before.isNew(action.table)) return;
      return { at: action.table.span ?? action.span, message: 'found', data: { table: nameOf(action.table) } };
    },
  },
});
`,
);
write(
  `test/rules/${category}/${id}.test.ts`,
  `import rule from '../../../rules/${category}/${id}.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('${id}', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('a table that the same file makes', 'CREATE TABLE t (a int); DROP TABLE t;');

  invalid('a table that is there already', { sql: 'DROP TABLE «t»;', message: 'found', output: null });
});
`,
);
write(
  `rules/${category}/${id}.md`,
  `<!-- generated:header (npm run generate) -->
<!-- /generated:header -->

## Why

What PostgreSQL does, and what comes of it.

## Reported

An earlier migration has made the table:

\`\`\`sql history
CREATE TABLE t (a int);
\`\`\`

\`\`\`sql invalid
DROP TABLE t;
\`\`\`

## Accepted

A table that the same migration makes:

\`\`\`sql valid
CREATE TABLE numbers (n int);
DROP TABLE numbers;
\`\`\`

## The fix

There is no edit for it: say what to do.

## When to switch it off

When it does not matter.

\`\`\`sql valid
-- airlock-ignore ${id}: the reason
DROP TABLE t;
\`\`\`

For the whole project, in \`airlock.config.json\`:

\`\`\`json
{ "rules": { "${id}": "off" } }
\`\`\`

## References

- [PostgreSQL: DROP TABLE](https://www.postgresql.org/docs/current/sql-droptable.html)
`,
);
console.log(`Now: npm run generate && npm run test:rule -- ${id}`);
