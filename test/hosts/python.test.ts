import assert from 'node:assert/strict';
import { shown, shownStatement, textsOf } from './support/javascript.js';
import { assertExact, loadScripts, pythonOf } from './support/scripts.js';

const expressions: readonly (readonly [code: string, read: string])[] = [
  ["'a b'", '<a b>'],
  ['""', '<>'],
  ["r'a\\n'", '<a\\n>'],
  ["b'a'", '<a>'],
  ["'it\\'s \\\\ \\n\\t\\x41\\u0042\\101\\d'", "<it's \\ \n\tABA\\d>"],
  ["'a\\\nb'", '<ab>'],
  ['"""a\n  "b" \'\'\n"""', '<a\n  "b" \'\'\n>'],
  ["('a' 'b'\n  \"c\")", '<abc>'],
  ["'a' + 'b' + c", '<ab{c}>'],
  ['a + b', 'other(a, b)'],
  ["f'a {b} {{c}} {d!r:>10}'", '<a {b} {c} {other(d)}>'],
  ["rf'{a}\\n'", '<{a}\\n>'],
  ["'%s and %d %%' % (a, 1)", '<{a} and {1} %>'],
  ["'%(x)s' % {'x': a}", '<{a}>'],
  ["'%s' % a", '<{a}>'],
  ["'%5.2f' % a", '<{other(a)}>'],
  ["'{} {0} {x} {{}}'.format(a, x=b)", '<{a} {a} {b} {}>'],
  ["', '.join(['a', 'b'])", '<a, b>'],
  ["', '.join(names)", '<, >.join(names)'],
  ["textwrap.dedent('''\n    a\n      b\n\n    c\n    ''')", '<\na\n  b\n\nc\n>'],
  ["' a '.strip()", '< a >'],
  ['[1, -2, 1_000, 1.5]', '[1, -2, 1000, 1.5]'],
  ['(True, None)', '[true, null]'],
  ["{'a': 1, **b, c: 2}", '{a: 1, ?: b, ?: 2}'],
  ["op.add_column('t', sa.Column(x=1), *a, **b)", 'op.add_column(<t>, sa.Column(1), ...a, ...b)'],
  ["d['x'].y", 'd.x.y'],
  ['d[0]', 'other(d, 0)'],
  ['not a', '!a'],
  ['lambda q: q', 'function (q) { return q; }'],
  ['a if b else c()', 'other(a, b, c())'],
  ['[f(x) for x in y]', 'other(f(x), other(x, y))'],
];

const statements: readonly (readonly [code: string, read: string])[] = [
  ['import sqlalchemy as sa', 'import sqlalchemy (* as sa);'],
  ['from a.b import c, d as e', 'import a.b (c as c, d as e);'],
  ['x: int = 1', 'x = 1;'],
  ['a = b = 1', 'b = 1; a = 1;'],
  ['a, b = 1, 2', '_ = [1, 2];'],
  ['x += "a"', 'x = other(<a>);'],
  ['def f(a, b: int = 1, *c, d=2):\n    return a', 'function f(a, b, , d) { return a; }'],
  ['@staticmethod\ndef f():\n    pass', 'static function f() {  }'],
  ['class A(B):\n    atomic = False', 'class A < B { atomic = false; }'],
  ['if a:\n    b()\nelif c:\n    d()\nelse:\n    e()', 'if a { b(); } else { if c { d(); } else { e(); } }'],
  ['for a, (b, c) in d:\n    e()', 'for a,  of d { e(); }'],
  ['while a:\n    b()', 'maybe { b(); }'],
  [
    'try:\n    a()\nexcept B as e:\n    c()\nelse:\n    d()\nfinally:\n    f()',
    'run { a(); } maybe { c(); } run { d(); } run { f(); }',
  ],
  ['with a as b, c():\n    d()', 'with { d(); }'],
  ['raise E("x")', 'return raise(E(<x>));'],
  ['match a:\n    case 1:\n        b()', 'maybe { b(); }'],
];

describe('Python as plain data', () => {
  before(loadScripts);

  const shownValue = (code: string): string => {
    const file = pythonOf(`x = ${code}`);
    assertExact(file);
    const [statement] = file.body;
    return shown(statement?.kind === 'assign' ? statement.value : undefined);
  };

  it('expressions', () => {
    for (const [code, read] of expressions) assert.equal(shownValue(code), read, code);
  });

  it('statements', () => {
    for (const [code, read] of statements) {
      const file = pythonOf(code);
      assertExact(file);
      assert.equal(file.body.map(shownStatement).join(' '), read, code);
    }
  });

  it('a string knows its quotes, its indentation and where each part stands', () => {
    const text = 'x = textwrap.dedent(f"""\n  a {b}\n    c\\n""")';
    const [first] = textsOf(pythonOf(text));
    const parts = (first?.parts ?? []).map((part) => [text.slice(part.span.start, part.span.end), part.kind]);
    assert.deepEqual(parts, [
      ['\n', 'verbatim'],
      ['  ', 'escape'],
      ['a ', 'verbatim'],
      ['{b}', 'value'],
      ['\n', 'verbatim'],
      ['  ', 'escape'],
      ['  c', 'verbatim'],
      ['\\n', 'escape'],
    ]);
    const quote = first?.parts[0]?.quote;
    assert.deepEqual([quote?.style, quote?.raw, quote?.interpolates, quote?.dedent], ['"""', false, '{}', 2]);
  });

  it('names of with, comments, line ends of two characters', () => {
    const file = pythonOf('# one\r\nwith a() as b:\r\n    c("""x\r\ny""") # two\r\n');
    const [statement] = file.body;
    assert.deepEqual(statement?.kind === 'with' && statement.names, ['b']);
    assert.deepEqual(
      file.comments.map(({ text }) => text),
      ['one', 'two'],
    );
    assert.equal(shown(textsOf(file)[0]), '<x\ny>');
  });

  it('code that nests too deep is read no further', () => {
    for (const text of [
      `x = ${'('.repeat(10_000)}1${')'.repeat(10_000)}`,
      `x = ${'['.repeat(10_000)}`,
      `x = a${'.b()'.repeat(10_000)}`,
      `x = ${'not '.repeat(10_000)}a`,
      `${'x = '.repeat(5_000)}1`,
      `if a: pass\n${'elif a: pass\n'.repeat(3_000)}`,
      `x = ${'f"{'.repeat(2_000)}`,
    ])
      assert.ok(pythonOf(text).body.length >= 0);
    const long = `x = ${Array.from({ length: 5000 }, () => "'a'").join(' + ')}`;
    assert.equal(shown(textsOf(pythonOf(long))[0]), `<${'a'.repeat(5000)}>`);
  });

  it('every beginning of a file can be read', () => {
    const text = [...statements, ...expressions].map(([code]) => code).join('\n');
    for (let end = 0; end < text.length; end += 7) assertExact(pythonOf(text.slice(0, end)));
    const half = pythonOf('def upgrade():\n    op.execute("SELECT 1")\n    op.execute("SEL');
    assert.equal(half.isBroken, true);
    assert.ok(textsOf(half).some((each) => shown(each) === '<SELECT 1>'));
  });
});
