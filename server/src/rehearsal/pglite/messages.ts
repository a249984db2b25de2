import type { Result } from '../engine.js';

/** What the worker is asked. Each question has one answer, and they are asked one after the other. */
export type Question =
  | {
      readonly kind: 'open';
      readonly state: Uint8Array<ArrayBuffer> | undefined;
      readonly extensions: readonly string[];
    }
  | { readonly kind: 'run'; readonly sql: string }
  | { readonly kind: 'keep' };

export type Answer =
  | { readonly kind: 'opened'; readonly version: string }
  | { readonly kind: 'results'; readonly results: readonly Result[] }
  | { readonly kind: 'kept'; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly code: string;
      readonly position: number | undefined;
      readonly detail: string | undefined;
      readonly constraint: string | undefined;
    }
  /** The database no longer answers, or never did. */
  | { readonly kind: 'lost'; readonly message: string };
