/** A tag of Go's templates that decides what stands in a file, with the blanks that it takes along in its line. */
const tag =
  /\{\{-?\s*(?:(if|else|end|range|with|block|define)\b\s*((?:[^{}"`]|"[^"]*"|`[^`]*`)*?)|\/\*[\s\S]*?\*\/)\s*-?\}\}/g;

const ours = /^\.?(?:is)?(?:postgres(?:ql)?|pgsql|pg)$/i;
const others = /^\.?(?:is)?(?:mysql|mariadb|sqlite3?|cockroach(?:db)?|mssql|sqlserver|oracle)$/i;

/** What a condition is on PostgreSQL; undefined where that is not known. */
type Truth = boolean | undefined;

interface Branch {
  /** What an `if` has come to: false while none of its conditions has held for certain. */
  taken: Truth;
  /** Whether what stands here is read. */
  reads: boolean;
}

function truthOf(condition: string): Truth {
  const words = condition.match(/"[^"]*"|`[^`]*`|[.\w]+/g) ?? [];
  const [first = '', ...rest] = words;
  const name = (word: string): Truth => {
    const bare = word.replace(/["`]/g, '').replace(/^.*\./, '');
    return ours.test(bare) ? true : others.test(bare) ? false : undefined;
  };
  switch (first) {
    case 'not':
      return negated(truthOf(rest.join(' ')));
    case 'and':
      return rest.some((word) => name(word) === false) ? false : rest.every((word) => name(word)) || undefined;
    case 'or':
      return rest.some((word) => name(word)) || (rest.every((word) => name(word) === false) ? false : undefined);
    case 'eq':
      return rest.some((word) => name(word)) || (rest.some((word) => name(word) === false) ? false : undefined);
    case 'ne':
      return negated(truthOf(['eq', ...rest].join(' ')));
    default:
      return words.length === 1 ? name(first) : undefined;
  }
}

function negated(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/**
 * A text with blanks in place of the tags of Go's templates that decide, and of the branches that are for another
 * database. Where it is not known which branch is taken, the first is read. Same length, so that offsets stay. Texts
 * whose conditions ask for no database come back as they are.
 */
export function withoutOtherBranches(text: string): string {
  if (!text.includes('{{') || !/\{\{-?\s*if\b/.test(text)) return text;
  const open: Branch[] = [];
  let [out, at, isKnown] = ['', 0, false];
  const truthIn = (condition: string): Truth => {
    const truth = truthOf(condition.trim());
    isKnown ||= condition.split(/\W+/).some((word) => ours.test(word) || others.test(word));
    return truth;
  };
  const upTo = (end: number): void => {
    const piece = text.slice(at, end);
    out += open.every(({ reads }) => reads) ? piece : blank(piece);
    at = end;
  };
  for (const { 0: whole, 1: word, 2: condition = '', index } of text.matchAll(tag)) {
    upTo(index);
    out += blank(whole);
    at = index + whole.length;
    const last = open.at(-1);
    if (word === 'if') {
      const truth = truthIn(condition);
      open.push({ taken: truth ?? true, reads: truth !== false });
    } else if (word === 'else' && last) {
      const isNext = last.taken === false;
      const truth = /^if\b/.test(condition) ? truthIn(condition.replace(/^if\s+/, '')) : true;
      last.reads = isNext && truth !== false;
      if (isNext) last.taken = truth ?? true;
    } else if (word === 'end') open.pop();
    else if (word !== undefined && word !== 'else') open.push({ taken: true, reads: true });
  }
  upTo(text.length);
  return isKnown ? out : text;
}
