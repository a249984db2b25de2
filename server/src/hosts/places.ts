import type { Span } from '../sql/span.js';
import type { Script, Segment } from './script.js';

/** The last segment that begins at or before an offset of the script, or before it for the end of a span. */
function segmentAt({ segments }: Script, offset: number, isEnd: boolean): Segment | undefined {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = segments[middle]?.script.start ?? 0;
    if (isEnd ? start < offset : start <= offset) low = middle + 1;
    else high = middle;
  }
  return segments[low - 1];
}

/**
 * The place in the file that a span of the script comes from: the very characters where they stand there, else all of the
 * call or the escape that they come from.
 */
export function placeInFile(script: Script, { start, end }: Span): Span {
  const first = segmentAt(script, start, false);
  const last = end > start ? segmentAt(script, end, true) : first;
  if (!first || !last) return firstPlace(script, start);
  const at = offsetIn(first, start, false);
  const to = end > start ? offsetIn(last, end, true) : at;
  // A string may be put together of others that stand elsewhere.
  return to < at ? { start: at, end: Math.max(at, first.file.end) } : { start: at, end: to };
}

function offsetIn({ script, file, exact }: Segment, offset: number, isEnd: boolean): number {
  if (!exact) return isEnd || offset > script.end ? file.end : file.start;
  return Math.min(file.end, file.start + Math.max(0, offset - script.start));
}

/** For what stands before the first segment, such as the top of the file. */
function firstPlace({ segments }: Script, offset: number): Span {
  const next = segments.find(({ script }) => script.start >= offset);
  return next ? { start: next.file.start, end: next.file.start } : { start: 0, end: 0 };
}

/** The spans of the script that come from what a span of the file touches; several where a loop repeats it. */
export function placesInScript({ segments }: Script, { start, end }: Span): Span[] {
  return segments
    .filter(({ file }) => file.start <= end && start <= file.end)
    .map(({ script, file, exact }) => {
      if (!exact) return script;
      const from = script.start + Math.max(0, start - file.start);
      return { start: from, end: Math.max(from, script.end - Math.max(0, file.end - end)) };
    });
}
