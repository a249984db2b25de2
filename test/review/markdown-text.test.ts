import assert from 'node:assert/strict';
import MarkdownIt from 'markdown-it';
import { hoverAt } from '../../server/src/protocol/hover-text.js';
import { reviewMarkdown } from '../../server/src/review/markdown.js';
import { codeCell, codeSpan, fencedBlock, markdownText, tableCell } from '../../server/src/review/markdown-text.js';
import { review } from '../../server/src/review/review.js';
import { rollback } from '../../server/src/rollback/rollback.js';
import { runbook } from '../../server/src/runbook/runbook.js';
import { quoteLiteral } from '../../server/src/sql/quote.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

/** GitHub's Markdown, with everything on that could act. */
const markdown = new MarkdownIt({ html: true, linkify: true });
markdown.linkify.set({ fuzzyLink: false });

const hostile = [
  '![x](https://example.org/x.png)',
  '[click](https://example.org)',
  '<img src=x onerror=y>',
  'a`b',
  '``` a',
  'a|b',
  '**bold** _it_ ~~x~~',
  '# heading',
  '@everyone',
  'https://example.org www.example.org',
  'a\n\n# heading\n\n- item',
  'a\n```\n# out\n```',
  '\u001b[2K\rSAFE',
  '&lt;b&gt; \\',
  '`',
  ' ',
  '|',
];

/** Kinds of tokens that a text by itself must not make. */
const acting = new Set(['image', 'link_open', 'html_inline', 'html_block', 'strong_open', 'em_open', 's_open']);

function kindsIn(text: string): string[] {
  return markdown.parse(text, {}).flatMap((token) => [token.type, ...(token.children ?? []).map(({ type }) => type)]);
}

describe('what an author wrote, in Markdown', () => {
  before(initParser);

  for (const text of hostile) {
    it(`is text: ${JSON.stringify(text)}`, () => {
      const inText = markdown.parse(`x ${markdownText(text)} y`, {});
      assert.deepEqual(
        inText.map(({ type }) => type),
        ['paragraph_open', 'inline', 'paragraph_close'],
      );
      assert.ok(
        !inText[1]?.children?.some(({ type }) => acting.has(type) || type === 'code_inline'),
        markdownText(text),
      );
      const inCode = markdown.parse(`x ${codeSpan(text)} y`, {})[1]?.children?.map(({ type }) => type);
      assert.deepEqual(inCode, ['text', 'code_inline', 'text']);
      const table = `| a | b | c |\n| --- | --- | --- |\n| ${tableCell(text)} | ${codeCell(text)} | z |`;
      const cells = kindsIn(table).filter((type) => type === 'td_open');
      assert.equal(cells.length, 3, table);
      assert.ok(!kindsIn(table).some((type) => acting.has(type)), table);
      assert.equal(kindsIn(table).at(-1), 'table_close');
      const block = markdown.parse(fencedBlock('sql', text).join('\n'), {});
      assert.deepEqual(
        block.map(({ type }) => type),
        ['fence'],
      );
    });
  }

  it('does nothing in a runbook, a review and a hover', () => {
    for (const text of hostile) {
      const name = `"${text.replaceAll('"', '')}"`;
      const sql = [
        `ALTER TABLE ${name} ADD COLUMN c int NOT NULL DEFAULT 0;`,
        `ALTER TABLE ${name} ADD CONSTRAINT ${name} CHECK (c > 0);`,
        `CREATE INDEX ${name} ON ${name} (${name});`,
        `UPDATE ${name} SET ${name} = ${quoteLiteral(text)};`,
        `DROP TABLE ${name};`,
      ].join('\n');
      const analysis = analyzeSql(sql, {
        history: [`CREATE TABLE ${name} (${name} text);`],
        path: `m/0001_${text.replaceAll('/', '')}.sql`,
        config: { contacts: { owner: text, onCall: text } },
      });
      const page = runbook([{ analysis, rollback: rollback(analysis, []), shown: () => text }]);
      const headings = (page.match(/^#+ .*$/gm) ?? []).filter((each) => /^#+ heading|^# out/.test(each));
      const found = kindsIn(page);
      const reviewed = reviewMarkdown(review([analysis], () => rollback(analysis, [])));
      const hovers = [...sql.matchAll(/ADD|CREATE|UPDATE|DROP/g)].map(
        ({ index }) => hoverAt(analysis, index)?.markdown ?? '',
      );
      for (const [where, out] of [
        ['runbook', page],
        ['review', reviewed],
        ['hover', hovers.join('\n\n')],
      ] as const) {
        const kinds = kindsIn(out).filter((type) => ['image', 'link_open', 'html_inline', 'html_block'].includes(type));
        assert.deepEqual(kinds, [], `${where}\n${out}`);
        assert.ok(!out.includes('\u001b'), where);
      }
      // Inside of a fenced block such a line is only text.
      const inside = markdown.parse(page, {}).filter(({ type }) => type === 'fence');
      assert.ok(
        headings.every((each) => inside.some(({ content }) => content.includes(each))),
        page,
      );
      assert.equal(
        found.filter((type) => type === 'heading_open').length,
        markdown.parse(page, {}).filter(({ type }) => type === 'heading_open').length,
      );
      const titles = markdown
        .parse(page, {})
        .filter((_token, index, all) => all[index - 1]?.type === 'heading_open')
        .map(({ content }) => content);
      assert.ok(!titles.includes('heading') && !titles.includes('out'), titles.join());
      // Every row of every table has the cells of its head.
      const cells = (line: string): number => line.replace(/\\\|/g, '').split('|').length;
      for (const table of reviewed.split('\n\n').filter((each) => each.startsWith('| ')))
        for (const line of table.trim().split('\n'))
          assert.equal(cells(line), cells(table.split('\n', 1)[0] ?? ''), line);
    }
  });
});
