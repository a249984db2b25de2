import assert from 'node:assert/strict';
import { applied, withWayBack } from '../../server/src/hosts/calls.js';
import { readHostFile } from '../../server/src/hosts/index.js';
import { writeBack } from '../../server/src/hosts/write-back.js';
import { outsideTransaction } from '../../server/src/sql/script-marks.js';
import { debianWords } from '../frameworks-run/code/debian.js';
import { javascriptWords } from '../frameworks-run/code/javascript.js';
import type { CodeTool } from '../frameworks-run/code/words.js';
import { compileErrors, type NamedCode } from './support/compiles.js';
import { loadJavaScript } from './support/javascript.js';
import { loadScripts } from './support/scripts.js';

// Whatever is written back into code compiles: fixtures of all tools, changed in many ways, go through the compilers of
// their languages.

/** Letters that mean something in one of the languages, in a statement that PostgreSQL takes. */
const hostile = [
  "COMMENT ON TABLE account IS 'it''s \"all\" `b` ${c} #{d} {e} %s %(f)s \\\\ \\n ? :g ?? $1 \"\"\" '''''''",
  "COMMENT ON TABLE account IS E'\\\\' || $$\n  two lines\n'''' \"\"\" ` \\`$$",
  'DO $$\nBEGIN\n  PERFORM 1;\nEND\n$$',
  "SELECT 'ends in a backslash\\'",
  'SELECT "ends in a quote"',
  "SELECT 1 AS \"it''s\", 'SQL\n  SQL\nEOS'",
];

type Change = (script: string) => string;

/** Ways to change a script: at each of its statements. */
const changes: readonly Change[] = [
  outsideTransaction,
  (script) => script.replace(/INDEX/i, 'INDEX CONCURRENTLY'),
  (script) => outsideTransaction(script.replaceAll(/INDEX(?= "?account)/gi, 'INDEX CONCURRENTLY')),
  (script) => script.replace(/^(?:CREATE|ALTER|COMMENT)[^;]*;\n/im, ''),
  (script) => script.replace(/FOREIGN KEY([^;]*);/i, 'FOREIGN KEY$1 NOT VALID;'),
  // Each text in two places, in turn.
  ...hostile.flatMap((sql, index): Change[] => {
    const places: readonly Change[] = [
      (script) => script.replace(/^(?=CREATE|ALTER)/im, () => `${sql};\n`),
      (script) => script.replace(/^(?:CREATE|ALTER)[^;]*/im, () => sql),
      (script) =>
        script.replace(/^((?:CREATE|ALTER)[^;]*;)/im, (statement) => `${statement}\n-- ${sql.slice(0, 20)}\n${sql};`),
      (script) => outsideTransaction(script.replace(/^(?=CREATE|ALTER)/im, () => `${sql};\n`)),
    ];
    return places.filter((_, place) => place % 2 === index % 2);
  }),
];

function fixtures(tool: CodeTool): NamedCode[] {
  const { index, 'index in one call': both, 'not null': notNull, 'foreign key': key } = tool.words;
  const bodies = [
    ...[index, both, notNull, key].flatMap((each) => each ?? []),
    ...(index?.down === undefined ? [] : [{ ...index, down: '' }]),
    { up: tool.raw('CREATE INDEX i ON account (email)', 'SELECT 1'), down: '' },
    { up: tool.raw("COMMENT ON TABLE account IS 'it''s \"all\" ? :g $1'", 'SELECT 1'), down: undefined },
  ];
  const before = { version: '1700000000000', name: 'base' };
  return bodies.flatMap((body) =>
    [false, true].flatMap((outside) => {
      const files = tool.file({ version: '1700000001000', name: 'next', before, ...body, outside });
      // What is marked is read as TypeScript, which the rest of it is, too.
      return Object.entries(files).map(([path, text]) => ({
        path: `/p/${outside ? path.replace(/js$/, 'ts') : path}`,
        text,
      }));
    }),
  );
}

const all = [...javascriptWords, ...debianWords];

describe('what is written back into code', () => {
  before(async () => {
    await loadJavaScript();
    await loadScripts();
  });

  for (const tool of all)
    it(`compiles: ${tool.id}${tool.style ?? ''}`, () => {
      const given = fixtures(tool);
      assert.deepEqual(compileErrors(given), [], 'the fixtures themselves');
      const written: NamedCode[] = [];
      for (const { path, text } of given) {
        const read = (changed: string) => readHostFile(tool.id, changed, { path });
        const file = read(text);
        assert.ok(file, text);
        for (const change of changes) {
          const wanted = change(file.script.text);
          if (wanted === file.script.text) continue;
          const made = writeBack(file, wanted, read);
          if ('edits' in made) written.push({ path, text: applied(text, made.edits) });
        }
        for (const sql of hostile) {
          const back = withWayBack(file, `-- Takes it back.\n${sql};\nSELECT 1;\n`);
          if (back !== undefined) written.push({ path, text: back });
        }
      }
      assert.ok(written.length > 50);
      assert.deepEqual(compileErrors(written).slice(0, 2), []);
    });
});
