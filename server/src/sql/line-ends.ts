/** The line end that a text uses, for what is put into it: "\r\n" where it has any, "\r" where it has no other. */
export function lineEndOf(text: string): '\n' | '\r\n' | '\r' {
  if (text.includes('\r\n')) return '\r\n';
  return text.includes('\r') && !text.includes('\n') ? '\r' : '\n';
}

/** The start of the line on which the offset stands. Lines end in \n, \r\n or \r, as LSP counts them. */
export function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && text.charCodeAt(start - 1) !== 10 && text.charCodeAt(start - 1) !== 13) start--;
  return start;
}
