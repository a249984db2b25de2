import { defineRule } from '../engine/define-rule.js';

/** Some tools find the end of a statement by a semicolon at the end of a line, in the body of a function as well. */
export default defineRule({
  meta: {
    id: 'no-cut-statement',
    category: 'execution',
    severity: 'error',
    summary: 'Mark a statement that holds semicolons where the migration tool cuts at those.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: [],
    messages: {
      cut: '{tool} ends a statement at each semicolon at the end of a line, inside this body as well: PostgreSQL gets it in pieces and refuses the first.\nPut {begin} above it and {end} below.',
    },
  },

  checkFile({ cut, applied }) {
    return cut.map(({ at, whole, tool, marks: { begin, end }, newline }) => ({
      at,
      message: 'cut',
      // What has run is cut no more.
      ...(applied ? { severity: 'info' as const } : {}),
      data: { tool, begin, end },
      fixes: [
        {
          title: `Put it between ${begin} and ${end}`,
          safety: 'safe',
          edits: [
            { span: { start: whole.start, end: whole.start }, text: `${begin}${newline}` },
            { span: { start: whole.end, end: whole.end }, text: `${newline}${end}` },
          ],
        },
      ],
    }));
  },
});
