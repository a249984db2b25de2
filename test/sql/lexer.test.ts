import assert from 'node:assert/strict';
import { isKeyword, lex, nameOf, type TokenKind } from '../../server/src/sql/lexer.js';

/** The tokens of a text as "kind text", which is easy to read in a table. */
function tokens(text: string): string[] {
  return lex(text).map((token) => `${token.kind} ${token.text}`);
}

const single: [TokenKind, string][] = [
  ['word', 'abc'],
  ['word', '_a$1'],
  ['word', 'naïve'],
  ['word', 'таблица'],
  ['word', '😀x'],
  ['quoted', '"a b"'],
  ['quoted', '"a""b"'],
  ['quoted', 'U&"d\\0061t"'],
  ['string', "''"],
  ['string', "'it''s'"],
  ['string', "'a\\'"],
  ['string', "E'a\\'b'"],
  ['string', "e'a\\\\'"],
  ['string', "U&'\\0041'"],
  ['string', "B'01'"],
  ['string', "x'1F'"],
  ['string', "N'a'"],
  ['string', "'a'\n  'b'"],
  ['string', "'a' -- why\n 'b'"],
  ['string', '$$a;b$$'],
  ['string', "$tag$ it's $$ $tag$"],
  ['string', '$é$x$é$'],
  ['number', '1'],
  ['number', '1.5e-3'],
  ['number', '.5'],
  ['number', '1.'],
  ['number', '0x1F'],
  ['number', '0b10'],
  ['number', '1_000'],
  ['operator', '<='],
  ['operator', '->>'],
  ['operator', '::'],
  ['operator', ':='],
  ['operator', '..'],
  ['operator', '@-'],
  ['parameter', '$12'],
  ['lineComment', "-- it's"],
  ['blockComment', '/* a /* b */ c */'],
  ['bad', "'open"],
  ['bad', '"open'],
  ['bad', '$$open'],
  ['bad', '/* /* */'],
  ['bad', '1abc'],
  ['bad', '\\'],
  ['bad', '{{ .Schema "it\'s" }}'],
  ['bad', '${name}'],
];

const several: [string, string[]][] = [
  ['a-1', ['word a', 'operator -', 'number 1']],
  ['a=-1', ['word a', 'operator =', 'operator -', 'number 1']],
  ['a<>-1', ['word a', 'operator <>', 'operator -', 'number 1']],
  ['1--x', ['number 1', 'lineComment --x']],
  ['1+/* c */2', ['number 1', 'operator +', 'blockComment /* c */', 'number 2']],
  ['a@--b', ['word a', 'operator @', 'lineComment --b']],
  ["'a' 'b'", ["string 'a'", "string 'b'"]],
  ["'a', 'b'", ["string 'a'", 'comma ,', "string 'b'"]],
  ['a::int', ['word a', 'operator ::', 'word int']],
  ['f(x=>1)', ['word f', 'open (', 'word x', 'operator =>', 'number 1', 'close )']],
  ['a[1:2]', ['word a', 'open [', 'number 1', 'colon :', 'number 2', 'close ]']],
  ['a.b;', ['word a', 'dot .', 'word b', 'semicolon ;']],
  ['1..10', ['number 1', 'operator ..', 'number 10']],
  ['a$$b', ['word a$$b']],
  [':name', ['colon :', 'word name']],
  ['`x`', ['operator `', 'word x', 'operator `']],
  ['a\u00a0b', ['word a\u00a0b']],
  ['a\fb\vc', ['word a', 'word b', 'word c']],
  ['$1a', ['bad $1a']],
  ['{ x', ['bad {', 'word x']],
  ['-- a\r\nb', ['lineComment -- a', 'word b']],
];

describe('lexer', () => {
  for (const [kind, text] of single) {
    it(`reads ${JSON.stringify(text)} as one ${kind}`, () => assert.deepEqual(tokens(text), [`${kind} ${text}`]));
  }

  for (const [text, expected] of several) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(tokens(text), expected));
  }

  it('gives UTF-16 offsets behind an emoji', () => {
    const [, second] = lex("'😀' é");
    assert.deepEqual(second, { kind: 'word', text: 'é', start: 5, end: 6 });
  });

  it('stays inside the range it is asked for', () => {
    assert.deepEqual(
      lex("a 'b' c", 2, 4).map((token) => token.text),
      ["'b"],
    );
  });

  it('folds names as PostgreSQL does', () => {
    const names = lex('Users "Users" ÉTÉ "a""b" U&"\\0041b" U&"\\+01F600"').map(nameOf);
    assert.deepEqual(names, ['users', 'Users', 'ÉtÉ', 'a"b', 'Ab', '😀']);
  });

  it('compares keywords in any case, but no quoted names', () => {
    const [lower, mixed, quoted, longer] = lex('index InDeX "INDEX" indexes');
    assert.equal(isKeyword(lower, 'INDEX'), true);
    assert.equal(isKeyword(mixed, 'INDEX'), true);
    assert.equal(isKeyword(quoted, 'INDEX'), false);
    assert.equal(isKeyword(longer, 'INDEX'), false);
    assert.equal(isKeyword(undefined, 'INDEX'), false);
  });

  it('leaves no character out but blanks', () => {
    const text = single.map(([, source]) => source).join('\n;\n');
    const covered = lex(text).reduce((length, token) => length + token.end - token.start, 0);
    const gaps = text.length - covered;
    assert.equal(lex(text).at(-1)?.end, text.length);
    assert.ok(gaps <= [...text].filter((character) => /\s/.test(character)).length);
  });
});
