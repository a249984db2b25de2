/** Commands that only look and report: what they say can be said again. */
export const reports: ReadonlySet<string> = new Set(['check', 'review', 'locks']);

/** Commands that run until their client goes. */
export const servers: ReadonlySet<string> = new Set(['lsp', 'mcp']);
