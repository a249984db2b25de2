import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import assert from 'node:assert/strict';
import { bundle } from '../../cli/support/run-cli.js';

/** An agent that speaks to `pg-airlock mcp` as any client does. Answers are checked against the schemas of the tools. */
export class Agent {
  private constructor(
    readonly client: Client,
    private readonly transport: StdioClientTransport,
  ) {}

  /** Starts the server in a folder. `roots`: the URIs of the folders that the client names. */
  static async start(cwd: string, roots?: readonly string[]): Promise<Agent> {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [bundle, 'mcp'],
      cwd,
      stderr: 'pipe',
    });
    const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: roots ? { roots: {} } : {} });
    if (roots) client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((uri) => ({ uri })) }));
    await client.connect(transport);
    // The client checks answers of the tools that it has seen.
    await client.listTools().catch(async (error: unknown) => {
      await client.close();
      throw error;
    });
    return new Agent(client, transport);
  }

  /** What a tool answers. A refusal makes it fail. */
  async call<T>(name: string, given: Readonly<Record<string, unknown>>): Promise<T> {
    const result = await this.client.callTool({ name, arguments: { ...given } });
    assert.notEqual(result.isError, true, JSON.stringify(result.content));
    assert.deepEqual(JSON.parse(textOf(result)), result.structuredContent);
    return result.structuredContent as T;
  }

  /** The sentence with which a tool refuses. An answer makes it fail. */
  async refusal(name: string, given: Readonly<Record<string, unknown>>): Promise<string> {
    const result = await this.client.callTool({ name, arguments: { ...given } });
    assert.equal(result.isError, true, JSON.stringify(result.structuredContent));
    return textOf(result);
  }

  get pid(): number {
    return this.transport.pid ?? 0;
  }

  stop(): Promise<void> {
    return this.client.close();
  }
}

function textOf({ content }: Awaited<ReturnType<Client['callTool']>>): string {
  const [first] = content as readonly { readonly type: string; readonly text: string }[];
  return first?.text ?? '';
}

/** The answers, as far as the tests read them. */
export interface ReviewAnswer {
  readonly verdict: string;
  readonly reason: string;
  readonly files: readonly string[];
  readonly judged: number;
  readonly applied: number;
  readonly statements: number;
  readonly categories: Readonly<Record<string, string>>;
  readonly findings: readonly {
    readonly file: string;
    readonly line: number;
    readonly status: string;
    readonly rule: string;
    readonly message: string;
    readonly uses?: readonly { readonly file: string; readonly line: number }[];
    readonly fix: boolean;
  }[];
  readonly moreFindings: number;
  readonly locks: readonly { readonly table: string; readonly mode: string; readonly file: string }[];
  readonly notes: readonly string[];
}

export interface FileAnswer {
  readonly path: string;
  readonly text: string;
}

export interface FixAnswer {
  readonly changed: boolean;
  readonly files: readonly FileAnswer[];
  readonly downs: readonly FileAnswer[];
  readonly remaining: ReviewAnswer['findings'];
  readonly notes: readonly string[];
}

export interface LocksAnswer {
  readonly statements: readonly {
    readonly line: number;
    readonly sql: string;
    readonly locks: readonly { readonly relation: string; readonly mode: string; readonly waits: string }[];
    readonly rewrites: readonly string[];
    readonly transaction: string;
  }[];
}

export interface SchemaAnswer {
  readonly file: string;
  readonly tables: readonly {
    readonly name: string;
    readonly columns: readonly {
      readonly name: string;
      readonly type: string | null;
      readonly notNull: boolean | null;
    }[];
    readonly indexes: readonly { readonly name: string }[];
    readonly constraints: readonly { readonly name: string; readonly columns: readonly string[] }[];
  }[];
  readonly notFound: readonly string[];
}

export interface PatternsAnswer {
  readonly patterns: readonly { readonly prefix: string; readonly title: string; readonly body?: string }[];
}
