import { diffWordsWithSpace } from 'diff';
import type { Span } from '../sql/span.js';
import { escaped } from './escape.js';
import type { HostFile } from './index.js';
import type { NativeEdit } from './migration.js';
import type { Segment } from './script.js';

/** The edits of literals that make a stretch of the script another text; undefined where a hole or an escape is in the way. */
export function inLiterals(span: Span, wanted: string, file: HostFile): readonly NativeEdit[] | undefined {
  const was = file.script.text.slice(span.start, span.end);
  const edits: NativeEdit[] = [];
  let offset = span.start;
  let [gone, come] = ['', ''];
  let start = offset;
  const flush = (): boolean => {
    if (gone === '' && come === '') return true;
    const edit = inLiteral({ start, end: start + gone.length }, come, file);
    if (!edit) return false;
    edits.push(edit);
    [gone, come] = ['', ''];
    return true;
  };
  for (const { value, added, removed } of diffWordsWithSpace(was, wanted)) {
    if (!added && !removed) {
      if (!flush()) return undefined;
      offset += value.length;
      start = offset;
    } else if (added) come += value;
    else {
      gone += value;
      offset += value.length;
    }
  }
  return flush() ? edits : undefined;
}

function inLiteral({ start, end }: Span, text: string, file: HostFile): NativeEdit | undefined {
  const { segments } = file.script;
  const touched = segments.filter(({ script }) => script.start < end && start < script.end);
  const [first] = touched;
  const last = touched.at(-1);
  if (first && last) {
    if (first.quote === undefined || first.quote !== last.quote) return undefined;
    // What is put in when the code runs is not ours to take away.
    if (touched.some((each) => each.quote === undefined)) return undefined;
    const from = offsetIn(first, start, false);
    const to = offsetIn(last, end, true);
    const put = escaped(text, first.quote, file.code.language);
    return from === undefined || to === undefined || put === undefined
      ? undefined
      : { span: { start: from, end: to }, text: put };
  }
  // Something is only put in: into the literal that ends or begins here.
  const beside = segments.find(
    ({ script, exact, quote }) => exact && quote && script.start <= start && start <= script.end,
  );
  const put = beside?.quote && escaped(text, beside.quote, file.code.language);
  return beside && put !== undefined
    ? { span: pointAt(beside.file.start + start - beside.script.start), text: put }
    : undefined;
}

function offsetIn({ script, file, exact }: Segment, offset: number, isEnd: boolean): number | undefined {
  if (exact) return file.start + offset - script.start;
  if (offset === script.start && !isEnd) return file.start;
  return offset === script.end && isEnd ? file.end : undefined;
}

/** The empty span at an offset. */
export function pointAt(offset: number): Span {
  return { start: offset, end: offset };
}
