/** What the tests use of markdown-it, which has no types of its own. */
declare module 'markdown-it' {
  interface Token {
    readonly type: string;
    readonly content: string;
    readonly children: readonly Token[] | null;
  }

  class MarkdownIt {
    readonly linkify: { set(options: { fuzzyLink: boolean }): void };
    constructor(options?: { html?: boolean; linkify?: boolean });
    parse(text: string, environment: object): Token[];
  }

  export = MarkdownIt;
}
