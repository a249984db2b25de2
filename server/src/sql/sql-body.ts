/** The first words of a statement by one letter each, as psql counts them. */
const HEAD_WORDS: ReadonlyMap<string, string> = new Map([
  ['create', 'c'],
  ['or', 'o'],
  ['replace', 'r'],
  ['function', 'f'],
  ['procedure', 'p'],
  ['rule', 'u'],
]);

/** CREATE [OR REPLACE] FUNCTION | PROCEDURE. */
const ROUTINE = /^c(?:or)?[fp]/;
/** CREATE [OR REPLACE] RULE … DO (…; …): the only statement with semicolons inside parentheses. */
const RULE = /^c(?:or)?u/;

/**
 * Follows the words of one statement to know whether a semicolon stands in the SQL body of a routine:
 * BEGIN ATOMIC … END. psql (psqlscan.l) counts BEGIN and CASE up and END down, in statements that start with
 * CREATE FUNCTION or PROCEDURE; we ask for the ATOMIC too, since a routine or a column may be called "begin".
 */
export class SqlBody {
  /** How many BEGIN ATOMICs and CASEs are open. */
  depth = 0;
  private head = '';
  private isRoutine = false;
  private isBehindBegin = false;

  get isRule(): boolean {
    return RULE.test(this.head);
  }

  /** In: a word of the statement by its offsets, and whether it stands outside parentheses. */
  word(text: string, at: number, end: number, isOutside: boolean): void {
    if (this.head.length < 4 && (this.head === '' || this.head.startsWith('c'))) {
      this.head += HEAD_WORDS.get(text.slice(at, end).toLowerCase()) ?? 'x';
      this.isRoutine = ROUTINE.test(this.head);
    }
    if (!this.isRoutine || !isOutside) return;
    const isBegin = isWord(text, at, end, 'begin');
    if (this.depth === 0) {
      if (this.isBehindBegin && isWord(text, at, end, 'atomic')) this.depth = 1;
    } else if (isBegin || isWord(text, at, end, 'case')) {
      this.depth++;
    } else if (isWord(text, at, end, 'end')) {
      this.depth--;
    }
    this.isBehindBegin = isBegin;
  }
}

/** Whether that lower-case ASCII word stands between the offsets, in any letter case. */
function isWord(text: string, at: number, end: number, word: string): boolean {
  if (end - at !== word.length) return false;
  for (let i = 0; i < word.length; i++) if ((text.charCodeAt(at + i) | 32) !== word.charCodeAt(i)) return false;
  return true;
}
