import assert from 'node:assert/strict';
import { codeOf, loadJavaScript, shown, shownStatement, textsOf, expressionOf } from './support/javascript.js';

const expressions: readonly (readonly [code: string, read: string])[] = [
  ["'a b'", '<a b>'],
  ['"it\'s"', "<it's>"],
  ['`a\nb`', '<a\nb>'],
  ["''", '<>'],
  ["'a\\n\\t\\x41\\u0042\\u{43}\\101\\q\\\\'", '<a\n\tABCAq\\>'],
  ["'a\\\nb'", '<ab>'],
  ['`a${b}c${d.e}`', '<a{b}c{d.e}>'],
  ['`\\`${`in ${x}`}\\${y}`', '<`{<in {x}>}${y}>'],
  ['sql`a ${b}`', 'sql <a {b}>'],
  ['sql.raw`a`', 'sql.raw <a>'],
  ['String.raw`a\\n`', '<a\\n>'],
  ['dedent`a`', '<a>'],
  ['sql<User>`a ${b}`', 'sql <a {b}>'],
  ['f(sql<{ a: string }>`a`)', 'f(sql <a>)'],
  ['sql<User>`a`.execute(db)', 'sql <a>.execute(db)'],
  ["'a ' + b + ` c`", '<a {b} c>'],
  ["'a' + ('b' + 'c')", '<abc>'],
  ['a + b', '<{a}{b}>'],
  ['a + 1', 'other(a, 1)'],
  ['1 + 2', 'other(1, 2)'],
  ["['a', `b`].join(';\\n')", '<a;\nb>'],
  ["['a', b].join('')", '<a{b}>'],
  ["['a', ...b].join('')", '[<a>, other(b)].join(<>)'],
  ["['a', 'b'].join(sep)", '[<a>, <b>].join(sep)'],
  ['list.join()', 'list.join()'],
  ["['a', 'b'].join()", '<a,b>'],
  ['`\n  a `.trim()', '<a>'],
  ["' a '.trimEnd()", '< a>'],
  ['(((a as B)!))', 'a'],
  ['await (<any>a).b?.c?.(1)', 'a.b.c(1)'],
  ["a['b']", 'a.b'],
  ['a[0]', 'a.0'],
  [
    "new Table<X>({ 'a': 1, b, [c]: 2, ...d, e() {}, f: undefined }, true)",
    'new Table({a: 1, b: b, ?: 2, ?: d, e: function e() {  }, f: null}, true)',
  ],
  ['f(...a, [1, , -2])', 'f(...a, [1, -2])'],
  ['!a', '!a'],
  ['a ? b : c()', 'other(a, b, c())'],
  ['async (t) => t.integer()', 'function (t) { return t.integer(); }'],
  ['({ context: queryInterface }) => {}', 'function (queryInterface) {  }'],
  ['({ context, name }) => {}', 'function () { context = .context; name = .name; }'],
  ['x => { a }', 'function (x) { a; }'],
  ['function* f(this: X, a = 1, ...rest) {}', 'function f(a, ) {  }'],
  ['null', 'null'],
  ['/a/.test(b)', 'other().test(b)'],
  ['1_000n', '1000'],
];

const statements: readonly (readonly [code: string, read: string])[] = [
  ["import x, { a as b } from 'm'", 'import m (default as x, a as b);'],
  ["import * as x from 'm'", 'import m (* as x);'],
  ["const { a, b: c } = require('m')", 'import m (a as a, b as c);'],
  ["const T = require('m').T", 'import m (T as T);'],
  ['export async function up(knex: Knex): Promise<void> { await f() }', 'function up(knex) { f(); }'],
  ['export const up = async (db) => { a() }', 'up = function (db) { a(); };'],
  ['exports.up = (db) => a', 'exports.up = function (db) { return a; };'],
  ['module.exports.up = a', 'exports.up = a;'],
  ['module.exports = { async up(q) {}, down }', 'export {up: function up(q) {  }, down: down};'],
  ['module.exports = class A extends B {}', 'class A < B {  }'],
  ['export default class A extends B<C> implements D {}', 'class A < B {  }'],
  ['export default { up }', 'export {up: up};'],
  ['export default async function (a) {}', 'export function (a) {  };'],
  ['export = a', 'export a;'],
  ['export { a as up, b }', 'up = a;'],
  [
    'class A { transaction = false; static x = 1; name: string; async up(q) {} static down() {} up2 = () => 1 }',
    'class A <  { transaction = false; x = 1; function up(q) {  } static function down() {  } up2 = function () { return 1; }; }',
  ],
  ['const a = 1, b = 2', 'a = 1; b = 2;'],
  ['let a', ''],
  ['const { rows } = await q.query()', '_ = q.query(); rows = other();'],
  ['const { a, b: [c] } = x', '_ = x; a = x.a; c = x.b.0;'],
  ["a += 'b'", 'a = other(a, <b>);'],
  ['if (!a) { b() } else if (c) d()', 'if !a { b(); } else { if c { d(); } else {  } }'],
  ['a && b()', 'if a { b(); } else {  }'],
  ['a ? b() : c()', 'if a { b(); } else { c(); }'],
  ['for (const [k, { v }] of x) f(k)', 'for  of x { k = .0; v = .1.v; f(k); }'],
  ['for (const { a, b } of x) f(a)', 'for  of x { a = .a; b = .b; f(a); }'],
  ['for (const k in x) f(k)', 'for k of other(x) { f(k); }'],
  ['for (let i = 0; i < 3; i++) f()', 'maybe { f(); }'],
  ['try { a() } catch (e) { b() } finally { c() }', 'run { a(); maybe { b(); } c(); }'],
  ['throw new Error()', 'return other(new Error());'],
  ['switch (a) { case 1: b(); default: c() }', 'maybe { b(); c(); }'],
  ["enum E { A = 'a' }", 'E = {A: <a>};'],
  ['interface A {} type B = string; declare const c: string', ''],
  [
    'function up(k) { return __awaiter(this, void 0, void 0, function* () { yield a(); }); }',
    'function up(k) { a(); }',
  ],
];

const halfTyped: readonly (readonly [code: string, read: string])[] = [
  [
    'exports.up = async function(knex) {\n  await knex.raw(`SELECT 1`);\n  await knex.raw(`ALTER',
    'function up(knex) { knex.raw(<SELECT 1>); }',
  ],
  ['await a(`b`); await c(', 'a(<b>);'],
  ['class A { async up(q) { await q.query("a"); await q.', 'function up(q) { q.query(<a>); }'],
];

describe('hosts: JavaScript and TypeScript as plain data', () => {
  before(loadJavaScript);

  for (const [code, read] of expressions)
    it(`an expression: ${code}`, () => assert.equal(shown(expressionOf(`x = ${code}`)), read));

  for (const [code, read] of statements)
    it(`a statement: ${code}`, () => assert.equal(codeOf(code).body.map(shownStatement).join(' '), read));

  for (const [code, read] of halfTyped)
    it(`half-typed: ${code}`, () => assert.equal(codeOf(code).body.map(shownStatement).join(' '), read));

  it('what stands in the file as it is has its exact place', () => {
    for (const [code] of [...expressions, ...statements, ...halfTyped]) {
      for (const language of ['typescript', 'tsx', 'javascript'] as const) {
        const text = `/* ä𝄞 */ x = ${code}`;
        for (const { parts } of textsOf(codeOf(text, language))) {
          for (const part of parts) {
            assert.ok(part.span.start >= 0 && part.span.end <= text.length);
            if (part.kind === 'verbatim') assert.equal(part.text, text.slice(part.span.start, part.span.end));
          }
        }
      }
    }
  });

  it('parts stand in the order of the file, within their quotes', () => {
    const text = "x = ['a\\n', `b${c}d`].join(';\\n') + 'e'";
    const value = expressionOf(text);
    assert.equal(value?.kind, 'text');
    const spans = value?.kind === 'text' ? value.parts.map(({ span }) => text.slice(span.start, span.end)) : [];
    assert.deepEqual(spans, ['a', '\\n', ', ', 'b', '${c}', 'd', 'e']);
  });

  it('a span is that of the whole statement', () => {
    const text = 'await a.b(`c`) ;\nconst d = 1;';
    assert.deepEqual(
      codeOf(text).body.map(({ span }) => text.slice(span.start, span.end)),
      ['await a.b(`c`) ;', 'const d = 1;'],
    );
  });

  it('comments without their marks', () => {
    const text = '// one\nf(/* two */); /** three */';
    assert.deepEqual(
      codeOf(text).comments.map(({ span, text: words }) => [text.slice(span.start, span.end), words]),
      [
        ['// one', 'one'],
        ['/* two */', 'two'],
        ['/** three */', 'three'],
      ],
    );
  });

  it('code that nests too deep is read no further', () => {
    for (const text of [
      `x = ${'('.repeat(10_000)}1${')'.repeat(10_000)}`,
      `x = ${'['.repeat(10_000)}1${']'.repeat(10_000)}`,
      `x = ${'f('.repeat(10_000)}1${')'.repeat(10_000)}`,
      `x = a${'.b()'.repeat(10_000)}`,
      `${'if (a) {'.repeat(5_000)}${'}'.repeat(5_000)}`,
      `x = ${'() => '.repeat(5_000)}1`,
      `x = ${'`${'.repeat(5_000)}1`,
      `x = ${'{a:'.repeat(5_000)}`,
    ]) {
      assert.ok(codeOf(text).body.length >= 0);
    }
    const long = `x = ${Array.from({ length: 5000 }, () => "'a'").join(' + ')}`;
    assert.equal(shown(expressionOf(long)), `<${'a'.repeat(5000)}>`);
  });

  it('every beginning of a file can be read', () => {
    const text = statements.map(([code]) => code).join('\n');
    for (let end = 0; end < text.length; end += 7) assert.ok(codeOf(text.slice(0, end)).body);
  });
});
