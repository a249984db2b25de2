import fs from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { packageFolder } from '../../workspace/package-info.js';
import { expandSnippet } from '../expand-snippet.js';
import { defineTool, described, ToolError } from '../tool.js';

/** With more patterns than these an answer has their titles alone. */
const MOST_BODIES = 6;

const languages = { sql: 'postgresql', javascript: 'javascript', python: 'python', ruby: 'ruby' } as const;

const snippets = v.record(
  v.string(),
  v.object({ prefix: v.string(), body: v.array(v.string()), description: v.string() }),
);

export const listPatterns = defineTool({
  name: 'list_patterns',
  title: 'List safe patterns',
  summary: 'the safe patterns of the snippets; with words to look for, their text',
  description:
    'Safe patterns of schema changes, each of which has been run on PostgreSQL: NOT NULL, foreign keys, indexes, renames, type changes, backfills. Without "search" the list of their titles; with it the text of those that it finds, to be filled in with your names.',
  input: v.strictObject({
    language: v.optional(described(v.picklist(['sql', 'javascript', 'python', 'ruby']), 'Default: sql.')),
    search: v.optional(
      described(v.string(), 'Words of the prefix or the title, such as "not null" or "pg-rename-column".'),
    ),
  }),
  output: v.object({
    patterns: v.array(
      v.object({
        prefix: v.string(),
        title: v.string(),
        description: v.string(),
        body: described(
          v.optional(v.string()),
          `The text; left out where there are more than ${MOST_BODIES} patterns.`,
        ),
      }),
    ),
  }),
  async run({ language = 'sql', search = '' }) {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = Object.entries(readSnippets(languages[language])).filter(([title, { prefix, description }]) => {
      const text = `${prefix} ${title} ${description}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    if (found.length === 0) throw new ToolError('No pattern has these words. Call it without "search" for all titles.');
    const withBodies = found.length <= MOST_BODIES;
    return {
      patterns: found.map(([title, { prefix, description, body }]) => ({
        prefix,
        title,
        description,
        ...(withBodies ? { body: expandSnippet({ prefix, description, body }) } : {}),
      })),
    };
  },
});

function readSnippets(name: string): v.InferOutput<typeof snippets> {
  const folder = packageFolder();
  if (folder === undefined) throw new ToolError('The patterns are missing: the package is not complete.');
  return v.parse(snippets, JSON.parse(fs.readFileSync(path.join(folder, 'snippets', `${name}.json`), 'utf8')));
}
