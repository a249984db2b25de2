import assert from 'node:assert/strict';
import { split } from '../../server/src/sql/split.js';

/** The pieces of a text; psql commands and COPY data are marked with their kind. */
function pieces(text: string): string[] {
  return split(text).pieces.map(({ kind, span }) => {
    const source = text.slice(span.start, span.end);
    return kind === 'statement' ? source : `${kind}: ${source}`;
  });
}

const cases: [name: string, text: string, expected: string[]][] = [
  ['two statements', 'select 1; select 2;', ['select 1', 'select 2']],
  ['a last statement without semicolon', 'select 1;\nselect 2\n', ['select 1', 'select 2']],
  ['empty statements', ';;\n;select 1;;', ['select 1']],
  [
    'semicolons in quotes',
    `select ';', "a;b", $$;$$, $x$;$$;$x$, E'\\';'; select 2`,
    [`select ';', "a;b", $$;$$, $x$;$$;$x$, E'\\';'`, 'select 2'],
  ],
  [
    'semicolons in comments',
    'select 1 -- a;b\n + /* ; /* ; */ ; */ 2; select 3',
    ['select 1 -- a;b\n + /* ; /* ; */ ; */ 2', 'select 3'],
  ],
  [
    'comments around a statement',
    '-- first\nselect 1 -- behind\n; /* next */ select 2 /* end */',
    ['select 1', 'select 2'],
  ],
  [
    'semicolons in parentheses',
    'create rule r as on insert to t do (select 1; select 2); select 3',
    ['create rule r as on insert to t do (select 1; select 2)', 'select 3'],
  ],
  [
    'a SQL body',
    'create function f() returns int begin atomic select 1; select case when true then 1 end; end; select 2',
    ['create function f() returns int begin atomic select 1; select case when true then 1 end; end', 'select 2'],
  ],
  [
    'a SQL body of a procedure',
    'create or replace procedure p() language sql begin atomic insert into t values (1); end; x',
    ['create or replace procedure p() language sql begin atomic insert into t values (1); end', 'x'],
  ],
  ['begin outside of routines', 'begin; select 1; end; select 2;', ['begin', 'select 1', 'end', 'select 2']],
  [
    'a column called begin',
    'create table t (a int); alter table t add begin int; select 1',
    ['create table t (a int)', 'alter table t add begin int', 'select 1'],
  ],
  ['a DO block', 'do $$ begin perform 1; end $$; select 1', ['do $$ begin perform 1; end $$', 'select 1']],
  [
    'nested dollar quotes',
    'do $a$ begin execute $b$ select 1; $b$; end $a$; select 1',
    ['do $a$ begin execute $b$ select 1; $b$; end $a$', 'select 1'],
  ],
  [
    'psql commands',
    "\\set x 'a;b'\n\\timing on\nselect 1;\n\\q",
    ["meta: \\set x 'a;b'", 'meta: \\timing on', 'select 1', 'meta: \\q'],
  ],
  [
    'a psql command behind a statement',
    'select 1; \\echo done; really\nselect 2;',
    ['select 1', 'meta: \\echo done; really', 'select 2'],
  ],
  [
    '\\g instead of a semicolon',
    'select 1 \\gexec\nselect 2 \\g out.txt\nselect 3',
    ['select 1', 'meta: \\gexec', 'select 2', 'meta: \\g out.txt', 'select 3'],
  ],
  ['\\; between statements', 'select 1\\; select 2;', ['select 1', 'select 2']],
  ['\\\\ behind a psql command', '\\set a 1 \\\\ select 1;', ['meta: \\set a 1', 'select 1']],
  ['a psql command inside a statement', 'select 1\n\\echo hi\n+ 2;', ['select 1\n\\echo hi\n+ 2']],
  [
    'COPY data',
    'copy t from stdin;\n1\tit\'s; fine\n2\t"\n\\.\nselect 1;',
    ['copy t from stdin', 'data: 1\tit\'s; fine\n2\t"\n\\.', 'select 1'],
  ],
  [
    'COPY data of \\copy',
    '\\copy t from stdin\n1\n\\.\nselect 1;',
    ['meta: \\copy t from stdin', 'data: 1\n\\.', 'select 1'],
  ],
  [
    'two COPYs on a line',
    'copy a from stdin; copy b from stdin;\n1\n\\.\n2\n\\.\nselect 1',
    ['copy a from stdin', 'copy b from stdin', 'data: 1\n\\.', 'data: 2\n\\.', 'select 1'],
  ],
  [
    'COPY without data in the file',
    'copy t (a, b) from stdin with (format csv);\nselect 1;',
    ['copy t (a, b) from stdin with (format csv)', 'select 1'],
  ],
  ['COPY from a file', "copy t from 'stdin';\nselect 1;", ["copy t from 'stdin'", 'select 1']],
  ['CRLF', 'select 1;\r\n\\echo a\r\nselect 2;\r\n', ['select 1', 'meta: \\echo a', 'select 2']],
  [
    'CRLF COPY data',
    'copy t from stdin;\r\n1\r\n\\.\r\nselect 1;',
    ['copy t from stdin', 'data: 1\r\n\\.', 'select 1'],
  ],
  ['a byte order mark', '\ufeffselect 1;', ['select 1']],
  ['NUL characters', 'select 1; select \0 2; select 3', ['select 1', 'select \0 2', 'select 3']],
  ['an extra parenthesis', 'select 1); select 2;', ['select 1)', 'select 2']],
  [
    'braces of templates',
    "alter table {{ .Schema }}.t add a int; ${grants}; select '{{ x }}'",
    ['alter table {{ .Schema }}.t add a int', '${grants}', "select '{{ x }}'"],
  ],
  [
    'breakpoints of Drizzle, with and without a semicolon',
    'select 1\n--> statement-breakpoint\nselect 2;--> statement-breakpoint\nselect (3--> statement-breakpoint\nselect 4',
    ['select 1', 'select 2', 'select (3', 'select 4'],
  ],
  [
    'ends of statements of goose and sql-migrate',
    '-- +goose StatementBegin\nselect 1\n-- +goose StatementEnd\n-- +goose StatementBegin\nselect 2;\n-- +goose StatementEnd\nselect 3\n-- +migrate StatementEnd\nselect 4',
    ['select 1', 'select 2', 'select 3', 'select 4'],
  ],
  [
    'other comments and strings like them',
    "select 1 -- > statement-breakpoint\n, '--> statement-breakpoint\n', $$\n--> statement-breakpoint\n$$",
    ["select 1 -- > statement-breakpoint\n, '--> statement-breakpoint\n', $$\n--> statement-breakpoint\n$$"],
  ],
  ['nothing', '', []],
  ['comments only', '-- a\n/* b */', []],
];

describe('splitter', () => {
  for (const [name, text, expected] of cases) {
    it(`splits ${name}`, () => assert.deepEqual(pieces(text), expected));
  }

  it('says where a statement ends with its semicolon', () => {
    const [first, second] = split('select 1 -- a\n ;\nselect 2').pieces;
    assert.deepEqual(first, { kind: 'statement', span: { start: 0, end: 8 }, fullEnd: 16, complete: true });
    assert.deepEqual(second, { kind: 'statement', span: { start: 17, end: 25 }, fullEnd: 25, complete: true });
  });

  it('hands back every comment, those inside statements included', () => {
    const { comments } = split('-- a\nselect /* b */ 1; -- c');
    assert.deepEqual(
      comments.map(({ kind, text, span }) => [kind, text, span.start]),
      [
        ['line', '-- a', 0],
        ['block', '/* b */', 12],
        ['line', '-- c', 23],
      ],
    );
  });

  it('reports a comment without an end and goes on with the next line', () => {
    const { pieces: found, problems } = split('select 1;\n/* open\nselect 2;');
    assert.equal(found.length, 2);
    assert.deepEqual(problems, [{ message: 'unterminated /* comment', span: { start: 10, end: 12 } }]);
  });

  it('marks a statement in which a quote is open', () => {
    assert.equal(split("select 'a; select 2;").pieces[0]?.complete, false);
    assert.equal(split('select (1; select 2;').pieces[0]?.complete, false);
  });
});
