import type { Span } from '../../server/src/sql/span.js';

/** Takes the «…» marks out of a text and says where they were. */
export function marked(text: string): { sql: string; spans: Span[] } {
  let sql = '';
  const spans: Span[] = [];
  const open: number[] = [];
  for (const unit of text.split('')) {
    if (unit === '«') open.push(sql.length);
    else if (unit === '»') spans.push({ start: open.pop() ?? 0, end: sql.length });
    else sql += unit;
  }
  return { sql, spans: spans.sort((a, b) => a.start - b.start) };
}
