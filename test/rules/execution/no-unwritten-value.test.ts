import rule from '../../../rules/execution/no-unwritten-value.js';
import { backfillBlock } from '../../../server/src/rewrite/backfill.js';
import type { BackfillColumn } from '../../../server/src/rewrite/backfill-spec.js';
import { ruleTester } from '../../support/rule-tester.js';

const mark = 'NULL /* airlock-value: write here what old rows get */';

/** Our own backfill, with the NULL that it leaves for the author replaced. */
function backfill(value: string, ...set: BackfillColumn[]): string {
  const block = backfillBlock({
    table: 'orders',
    key: [{ column: 'id', type: 'bigint' }],
    set: set.length > 0 ? set : [{ column: 'note', expression: undefined }],
    predicate: 'note IS NULL',
  });
  return `${block.replaceAll(mark, value)};`;
}

describe('no-unwritten-value', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('a value with the comment kept', backfill("'none' /* airlock-value: write here what old rows get */"));
  valid('a value with the comment gone', backfill("'none'"));
  valid(
    'an expression of the author',
    backfill("nullif(old_note, '') /* airlock-value: write here what old rows get */"),
  );
  valid('a NULL in an expression', backfill('coalesce(NULL, old_note)'));
  valid('a backfill whose value Airlock knows', backfill('', { column: 'note', expression: "'new'" }));
  valid('NULL that the author wants', 'UPDATE orders SET note = NULL WHERE id = 1;');
  valid('the words in a comment of another', "UPDATE orders SET note = 'x' WHERE id = 1; -- NULL /* airlock-value */");

  invalid('a backfill as Airlock has written it', { sql: backfill(`«${mark}»`), message: 'unwritten', output: null });
  invalid('each column that has none', {
    sql: backfill(
      `«${mark}»`,
      { column: 'note', expression: undefined },
      { column: 'seen', expression: 'now()' },
      { column: 'kind', expression: undefined },
    ),
    message: 'unwritten',
    output: null,
  });
  invalid('an UPDATE taken out of its block', {
    sql: 'UPDATE orders SET note = «null /* airlock-value: write here */» WHERE note IS NULL;',
    message: 'unwritten',
    output: null,
  });
});
