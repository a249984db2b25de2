import assert from 'node:assert/strict';
import { blankComments } from '../../server/src/sql/comments.js';
import { lex } from '../../server/src/sql/lexer.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { formHistory, forms } from './forms.js';
import { complaintAbout, findingsOf, writtenFor } from './outcome.js';

const history = [formHistory];

/** The statement with something put between every two of its tokens, one place at a time. */
function withBetween(sql: string, comment: string): string[] {
  return lex(sql)
    .slice(1)
    .map(({ start }) => `${sql.slice(0, start)}${comment}${sql.slice(start)}`);
}

describe('comments inside statements', () => {
  before(initParser);

  for (const form of forms) {
    it(`change nothing in: ${form}`, () => {
      assert.equal(complaintAbout(form), undefined);
      const plain = analyzeSql(`${form};\n`, { history });
      const expected = findingsOf(plain);
      const documents = history.map((text) => parseDocument(text));
      const forms = writtenFor(plain, documents).map(({ what }) => what);
      for (const comment of [' /* c */ ', ' -- c\n', '\n\n  ']) {
        for (const sql of withBetween(form, comment)) {
          const analysis = analyzeSql(`${sql};\n`, { history });
          assert.deepEqual(findingsOf(analysis), expected, sql);
          const written = writtenFor(analysis, documents);
          assert.deepEqual(
            written.map(({ what }) => what),
            forms,
            sql,
          );
          for (const { what, sql: text } of written) assert.equal(complaintAbout(text), undefined, `${what}\n${text}`);
        }
      }
    });
  }

  it('change nothing inside DO blocks', () => {
    const outside = /\$\$|^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)|^VACUUM|CONCURRENTLY/;
    for (const form of forms.filter((each) => !outside.test(each))) {
      const inBlock = (text: string): string => `DO $$ BEGIN ${text}; END $$;\n`;
      const expected = findingsOf(analyzeSql(inBlock(form), { history }));
      for (const comment of [' /* c */ ', ' -- c\n'])
        for (const sql of withBetween(form, comment))
          assert.deepEqual(findingsOf(analyzeSql(inBlock(sql), { history })), expected, sql);
    }
  });

  it('are blanks, but content in strings, and an error between two literals', () => {
    for (const [text, expected] of [
      ['a /* b */ c -- d', 'a         c     '],
      ["'--' /* '' */ \"/* x */\"", '\'--\'          "/* x */"'],
      ["'a' -- b\n 'c''--' -- d\n'e'", "'a'     \n 'c''--'     \n'e'"],
      ["E'a\\'' -- b\n '--'", "E'a\\''     \n '--'"],
      ["'a' /* b */\n 'c'", "'a' /* b */\n 'c'"],
      ['$$ -- a\n$$ /* \r\n */ x', '$$ -- a\n$$    \r\n    x'],
    ] as const) {
      assert.equal(blankComments(text), expected);
    }
  });
});
