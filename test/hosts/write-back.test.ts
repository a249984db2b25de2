import assert from 'node:assert/strict';
import type { Call, Code } from '../../server/src/hosts/code.js';
import type { HostFile } from '../../server/src/hosts/index.js';
import type { HostMigration, Piece } from '../../server/src/hosts/migration.js';
import { placeInFile, placesInScript } from '../../server/src/hosts/places.js';
import { scriptOf } from '../../server/src/hosts/script.js';
import { constantsOf, functionOf, joinedText, textOf } from '../../server/src/hosts/values.js';
import { walkFunction } from '../../server/src/hosts/walk.js';
import { applied } from '../../server/src/hosts/calls.js';
import { writeBack } from '../../server/src/hosts/write-back.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { outsideTransaction } from '../../server/src/sql/script-marks.js';
import { codeOf, loadJavaScript } from './support/javascript.js';

// A tool made for the test: run(sql) sends SQL, index(name, table, column) makes an index, other(…) is not known.

function pieceOf(call: Call, name: string, scope: Parameters<typeof textOf>[1], statement: Piece['call'] | undefined) {
  const [first, second, third] = call.args.map(({ value }) => value);
  if (name === 'run') {
    const sql = first && joinedText(first, scope);
    return sql
      ? ({ kind: 'raw', sql, call: call.span, statement } as const)
      : ({ kind: 'unknown', call: call.span, reason: 'its SQL is put together when it runs' } as const);
  }
  if (name !== 'index') return undefined;
  const [index, table, column] = [first, second, third].map((each) => textOf(each, scope));
  const end = call.argumentsSpan.end - 1;
  return {
    kind: 'built',
    sql: `CREATE INDEX ${call.args[3] ? 'CONCURRENTLY ' : ''}${index} ON ${table} (${column});`,
    call: call.span,
    statement,
    reword: (wanted: string) =>
      /^CREATE INDEX CONCURRENTLY \w+ ON/.test(wanted) ? [{ span: { start: end, end }, text: ', true' }] : undefined,
  } as const;
}

function migrationOf(code: Code): HostMigration {
  const scope = constantsOf(code.body);
  const piecesOf = (name: string): Piece[] | undefined => {
    const func = functionOf({ kind: 'name', span: { start: 0, end: 0 }, name }, scope);
    if (!func) return undefined;
    const pieces: Piece[] = [];
    walkFunction(func, scope, {
      call(call, place) {
        const { callee } = call;
        const piece = callee.kind === 'name' ? pieceOf(call, callee.name, place.scope, place.statement) : undefined;
        if (piece) pieces.push(piece);
        return piece !== undefined;
      },
    });
    return pieces;
  };
  const isMarked = code.text.includes("'outside'");
  const sectionOf = (name: string) => {
    const pieces = piecesOf(name);
    return (
      pieces && [{ scope: isMarked ? ('none' as const) : undefined, mark: isMarked ? 'outside' : undefined, pieces }]
    );
  };
  return {
    up: sectionOf('up'),
    down: sectionOf('down'),
    form: {
      call: (sql) => `await run(\`${sql.replace(/[\\`]/g, '\\$&')}\`);`,
      comment: '//',
      markOutside: () => (isMarked ? [] : [{ span: { start: 0, end: 0 }, text: "'outside';\n" }]),
    },
  };
}

function read(text: string): HostFile {
  const code = codeOf(text);
  const migration = migrationOf(code);
  return { text, code, migration, script: scriptOf(migration, code) };
}

const up = (body: string): string => `export async function up() {\n${body}\n}\n`;

/** The code after a change of its script, or why it cannot be had. */
function rewritten(text: string, change: (script: string) => string): string {
  const file = read(text);
  const written = writeBack(file, change(file.script.text), read);
  return 'refused' in written ? written.refused : applied(text, written.edits);
}

describe('a script of code', () => {
  before(async () => {
    await initParser();
    await loadJavaScript();
  });

  const scripts: readonly (readonly [name: string, code: string, script: string])[] = [
    ['nothing that runs', up('  // run("SELECT 1")'), '-- airlock-section up default\n'],
    ['a string', up('  await run(`SELECT 1`);'), '-- airlock-section up default\nSELECT 1;\n'],
    [
      'a string that ends in a comment',
      up('  run(`SELECT 1 -- one`);'),
      '-- airlock-section up default\nSELECT 1 -- one\n;\n',
    ],
    ['a semicolon of its own', up('  run(`SELECT 1;`);'), '-- airlock-section up default\nSELECT 1;\n'],
    [
      'a quote that does not end',
      up("  run(`SELECT 'a`); run(`SELECT 2`);"),
      "-- airlock-section up default\nSELECT 'a';\nSELECT 2;\n",
    ],
    [
      'a constant of the file',
      `const t = 'orders';\n${up('  run(`DROP TABLE ${t}`);')}`,
      '-- airlock-section up default\nDROP TABLE orders;\n',
    ],
    [
      'what is put in when it runs',
      up('  run(`DROP TABLE ${t}`);'),
      '-- airlock-section up default\nDROP TABLE ${t};\n',
    ],
    [
      'a list that is written out',
      up("  for (const t of ['a', 'b']) run(`DROP TABLE ${t}`);"),
      '-- airlock-section up default\nDROP TABLE a;\nDROP TABLE b;\n',
    ],
    [
      'several statements in a string',
      up('  run(`SELECT 1; SELECT 2`); run(`SELECT 3`)'),
      '-- airlock-section up default\n-- airlock-section up default\nSELECT 1; SELECT 2;\n-- airlock-section up default\nSELECT 3;\n',
    ],
    [
      'what is not known',
      up('  run(x());'),
      "-- airlock-section up default\nDO 'BEGIN EXECUTE airlock_unknown(''its SQL is put together when it runs''); END';\n",
    ],
    [
      'a suppression',
      up('  // airlock-ignore no-drop-table: it is empty\n  run(`DROP TABLE a`);'),
      '-- airlock-section up default\n-- airlock-ignore no-drop-table: it is empty\nDROP TABLE a;\n',
    ],
  ];
  for (const [name, code, script] of scripts)
    it(`has ${name}`, () => {
      const { text } = read(code).script;
      assert.equal(text.slice(text.indexOf('-- airlock-section')), script);
    });

  it('maps every character of a string to its place', () => {
    const text = up("  await run('ALTER TABLE \\'a\\' ADD b int');\n  await run(`SELECT ${x} FROM t`);");
    const { script } = read(text);
    for (const [sql, code] of [
      ['ALTER TABLE', 'ALTER TABLE'],
      ['ADD b', 'ADD b'],
      ["'a'", "\\'a\\'"],
      ['FROM t', 'FROM t'],
      ['${x}', '${x}'],
    ] as const) {
      const start = script.text.indexOf(sql);
      const place = placeInFile(script, { start, end: start + sql.length });
      assert.equal(text.slice(place.start, place.end), code, sql);
    }
  });

  it('maps what a tool makes of a call to the call, and back', () => {
    const text = up("  await index('i', 'orders', 'status');");
    const { script } = read(text);
    const start = script.text.indexOf('orders');
    const place = placeInFile(script, { start, end: start + 6 });
    assert.equal(text.slice(place.start, place.end), "index('i', 'orders', 'status')");
    const [back] = placesInScript(script, place);
    assert.ok(back && script.text.slice(back.start, back.end).startsWith('CREATE INDEX i'));
  });

  const refused = 'The code cannot say it in its own words: change it by hand.';
  const changes: readonly (readonly [name: string, code: string, was: string, wanted: string, result: string])[] = [
    ['nothing', up('  run(`SELECT 1`);'), 'SELECT 1', 'SELECT 1', up('  run(`SELECT 1`);')],
    [
      'a word within a template',
      up('  run(`CREATE INDEX i ON t (c)`);'),
      'INDEX i',
      'INDEX CONCURRENTLY i',
      up('  run(`CREATE INDEX CONCURRENTLY i ON t (c)`);'),
    ],
    [
      'a quote within a string',
      up("  run('ALTER TABLE t ALTER c SET DEFAULT 1');"),
      'DEFAULT 1',
      "DEFAULT 'x\\y'",
      up("  run('ALTER TABLE t ALTER c SET DEFAULT \\'x\\\\y\\'');"),
    ],
    [
      'a backtick within a template',
      up('  run(`COMMENT ON TABLE t IS NULL`);'),
      'NULL',
      "'a `b` ${c}'",
      up("  run(`COMMENT ON TABLE t IS 'a \\`b\\` \\${c}'`);"),
    ],
    [
      'a line within a string',
      up("  run('SELECT 1');"),
      'SELECT 1',
      'SELECT 1,\n2',
      up('  await run(`SELECT 1,\n2`);'),
    ],
    [
      'beside a hole',
      up('  run(`CREATE INDEX i ON ${t} (c)`);'),
      'INDEX i',
      'INDEX CONCURRENTLY i',
      up('  run(`CREATE INDEX CONCURRENTLY i ON ${t} (c)`);'),
    ],
    ['a hole itself', up('  run(`DROP TABLE ${t}`);'), '${t}', 'orders', up('  run(`DROP TABLE orders`);')],
    [
      'a statement before',
      up('  run(`SELECT 1`);'),
      'SELECT 1',
      "SET lock_timeout = '2s';\nSELECT 1",
      up("  await run(`SET lock_timeout = '2s'`);\n  run(`SELECT 1`);"),
    ],
    [
      'a statement behind',
      up('  run(`SELECT 1`);'),
      'SELECT 1;',
      'SELECT 1;\nSELECT 2;',
      up('  run(`SELECT 1`);\n  await run(`SELECT 2`);'),
    ],
    ['one that goes', up('  run(`SELECT 1`);\n  run(`SELECT 2`);'), 'SELECT 1;\n', '', up('  run(`SELECT 2`);')],
    [
      'one in a string of several',
      up('  run(`SELECT 1; SELECT 2; SELECT 3`);'),
      'SELECT 2; ',
      '',
      up('  run(`SELECT 1;  SELECT 3`);'),
    ],
    [
      'in the words of a call',
      up("  index('i', 't', 'c');"),
      'INDEX i',
      'INDEX CONCURRENTLY i',
      up("  index('i', 't', 'c', true);"),
    ],
    [
      'a call that has no words for it',
      up("  index('i', 't', 'c');"),
      'INDEX i',
      'UNIQUE INDEX i',
      up('  await run(`CREATE UNIQUE INDEX i ON t (c)`);'),
    ],
    [
      'a string that a loop sends',
      up("  for (const t of ['a', 'b']) run(`DROP TABLE ${t}`);"),
      'TABLE a',
      'TABLE IF EXISTS a',
      refused,
    ],
    [
      'a statement before one in a loop',
      up("  for (const t of ['a', 'b']) run(`DROP TABLE ${t}`);"),
      'DROP TABLE a',
      'SELECT 1;\nDROP TABLE a',
      'The call stands in a loop, a helper or another call: change it by hand.',
    ],
    [
      'words above',
      up('  run(`SELECT 1`);'),
      'SELECT 1',
      '-- Why: because.\nSELECT 1',
      up('  // Why: because.\n  run(`SELECT 1`);'),
    ],
  ];
  for (const [name, code, was, wanted, result] of changes)
    it(`is written back: ${name}`, () => {
      assert.equal(
        rewritten(code, (script) => script.replace(was, () => wanted)),
        result,
      );
    });

  it('is written back with the mark of the file', () => {
    const code = up('  run(`CREATE INDEX i ON t (c)`);');
    const result = rewritten(code, (script) => outsideTransaction(script.replace('INDEX i', 'INDEX CONCURRENTLY i')));
    assert.equal(result, `'outside';\n${up('  run(`CREATE INDEX CONCURRENTLY i ON t (c)`);')}`);
  });
});
