import assert from 'node:assert/strict';
import { shown, shownStatement, textsOf } from './support/javascript.js';
import { assertExact, loadScripts, rubyOf } from './support/scripts.js';

const expressions: readonly (readonly [code: string, read: string])[] = [
  ["'a\\'b \\\\ \\n'", "<a'b \\ \\n>"],
  ['"a#{b} \\n\\u0041\\x41\\101\\s\\z"', '<a{b} \nAAA z>'],
  ['"a" \'b\' + c', '<ab{c}>'],
  ['"a" \\\n  "b"', '<ab>'],
  ['%q(a (b) \\) c)', '<a (b) ) c>'],
  ['%Q{a #{b}}', '<a {b}>'],
  ['%(a)', '<a>'],
  ['%w[a b].freeze', '[<a>, <b>]'],
  ['%i[a b]', '[<a>, <b>]'],
  [':a', '<a>'],
  [':"a b"', '<a b>'],
  ['<<~SQL\n  a\n    b\n\n  c\nSQL', '<a\n  b\n\nc\n>'],
  ['<<-SQL\n  a #{b}\n  SQL', '<  a {b}\n>'],
  ['<<SQL\n a\\tb\nSQL', '< a\tb\n>'],
  ["<<~'SQL'\n  a #{b} \\n\nSQL", '<a #{b} \\n\n>'],
  ['<<~SQL.squish\n  a\n    b\nSQL', '<a b>'],
  ['<<-SQL.strip_heredoc\n    a\n      b\n  SQL', '<a\n  b\n>'],
  ['f(<<~A, <<~B)\n  one\nA\n  two\nB', 'f(<one\n>, <two\n>)'],
  ['<<~SQL\n  a \\\n    b\nSQL', '<a   b\n>'],
  ['" a  b ".strip.freeze', '< a  b >'],
  ["format('%s %d %%', a, 1)", '<{a} {1} %>'],
  ["'%s' % a", '<{a}>'],
  ["['a', 'b'].join(', ')", '<a, b>'],
  ['[1, -2, 1_000, nil, true]', '[1, -2, 1000, null, true]'],
  ["{ a: 1, 'b' => 2, :c => 3, d: , **e }", '{a: 1, b: 2, c: 3, d: d, ?: e}'],
  ['f :a, b: 1, "c": 2, :d => 3', 'f(<a>, 1, 2, 3)'],
  ['f(:a, { b: 1 })', 'f(<a>, 1)'],
  ['f(*a, **b)', 'f(...a, ...b)'],
  ['t&.string :a', 't.string(<a>)'],
  ['A::B.c', 'A.B.c()'],
  ['M[7.1]', 'M.[](7.1)'],
  ['!a', '!a'],
  ['-> { "now()" }', 'function () { <now()>; }'],
  ['a ? b : c', 'other(a, b, c)'],
];

const statements: readonly (readonly [code: string, read: string])[] = [
  ['a.each do |b, (c, d), e = 1, *f|\n  g b\nend', 'a.each();'],
  ['disable_ddl_transaction!', 'disable_ddl_transaction!();'],
  ['cleanup', 'cleanup();'],
  ['X = 1', 'X = 1;'],
  ['self.table_name = "a"', 'self.table_name = <a>;'],
  ['a, b = 1, 2', '_ = [1, 2];'],
  ['a ||= 1', 'a = other(1);'],
  ['a if b', 'if b { a(); } else {  }'],
  ['a unless b', 'if !b { a(); } else {  }'],
  ['unless a\n  b\nelse\n  c\nend', 'if !a { b(); } else { c(); }'],
  ['if a\n  b\nelsif c\n  d\nelse\n  e\nend', 'if a { b(); } else { if c { d(); } else { e(); } }'],
  ['case a\nwhen 1 then b\nelse c\nend', 'if ===(a, 1) { b(); } else { c(); }'],
  ['while a do b end', 'maybe { b(); }'],
  ['for a in [1] do b end', 'for a of [1] { b(); }'],
  ['begin\n  a\nrescue B => e\n  c\nensure\n  d\nend', 'run { a(); maybe { c(); } run { d(); } }'],
  ['def up(a, b = 1, *c, d: 2)\n  return a\nend', 'function up(a, b, , d) { return a; }'],
  ['def self.up; end', 'static function up() {  }'],
  ['class A < B[1]\n  c\nend', 'class A < B.[](1) { c(); }'],
  ['module M; class A; end; end', 'class M <  { class A <  {  } }'],
  ['raise E, "x"', 'return raise(E, <x>);'],
];

describe('Ruby as plain data', () => {
  before(loadScripts);

  it('expressions', () => {
    for (const [code, read] of expressions) {
      const file = rubyOf(`x = ${code}\n`);
      assertExact(file);
      const [statement] = file.body;
      assert.equal(shown(statement?.kind === 'assign' ? statement.value : undefined), read, code);
    }
  });

  it('statements', () => {
    for (const [code, read] of statements) {
      const file = rubyOf(code);
      assertExact(file);
      assert.equal(file.body.map(shownStatement).join(' '), read, code);
    }
  });

  it('a block is read with its parameters', () => {
    const [statement] = rubyOf('a.each do |b, (c, d), e = 1, *f|\n  g b\nend').body;
    const call = statement?.kind === 'expression' && statement.value.kind === 'call' ? statement.value : undefined;
    assert.equal(shown(call?.block), 'function (b, , e, ) { g(b); }');
  });

  it('a heredoc knows its indentation and where each part stands', () => {
    const text = 'execute <<~SQL\n  a #{b}\n    c\nSQL\nfoo';
    const file = rubyOf(text);
    const [first] = textsOf(file);
    const parts = (first?.parts ?? []).map((part) => [text.slice(part.span.start, part.span.end), part.kind]);
    assert.deepEqual(parts, [
      ['  ', 'escape'],
      ['a ', 'verbatim'],
      ['#{b}', 'value'],
      ['\n', 'verbatim'],
      ['  ', 'escape'],
      ['  c\n', 'verbatim'],
    ]);
    const quote = first?.parts[0]?.quote;
    assert.deepEqual([quote?.style, quote?.raw, quote?.interpolates, quote?.dedent], ['heredoc', false, '#{}', 2]);
    const [statement] = file.body;
    assert.equal(text.slice(statement?.span.start, statement?.span.end), text.slice(0, text.indexOf('\nfoo')));
  });

  it('code that nests too deep is read no further', () => {
    for (const text of [
      `${'('.repeat(10_000)}1${')'.repeat(10_000)}`,
      '['.repeat(10_000),
      `a${'.b(1)'.repeat(10_000)}`,
      `${'!'.repeat(10_000)}a`,
      'foo { '.repeat(5_000),
      `${'x = '.repeat(5_000)}1`,
      `if a\n${'elsif a\n'.repeat(5_000)}`,
      `${'"#{'.repeat(2_000)}`,
      'a '.repeat(5_000),
    ])
      assert.ok(rubyOf(text).body.length >= 0);
    const long = `x = ${Array.from({ length: 5000 }, () => "'a'").join(' + ')}`;
    assert.equal(shown(textsOf(rubyOf(long))[0]), `<${'a'.repeat(5000)}>`);
  });

  it('every beginning of a file can be read', () => {
    const text = [...statements, ...expressions].map(([code]) => code).join('\n');
    for (let end = 0; end < text.length; end += 7) assertExact(rubyOf(text.slice(0, end)));
  });
});
