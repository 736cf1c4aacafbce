import type { CreatedKey, KeyRequest, KeyView } from '../../stages/serve/access/index.ts';

/** What is done with API keys: in the workspace's database, or in Postgres where DATABASE_URL names one. */
export interface KeyVerbs {
  /** @throws ConfigError `key-request-invalid` */
  createKey(request: KeyRequest): Promise<CreatedKey>;
  /** Oldest first. */
  listKeys(): Promise<readonly KeyView[]>;
  /** @throws ConfigError `key-id-unknown` */
  revokeKey(id: string): Promise<KeyView>;
}
