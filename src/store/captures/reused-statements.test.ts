import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { describe, expect, it } from 'vitest';
import { reusingStatements } from './reused-statements.ts';

describe('a connection that reuses statements', () => {
  const prepared: string[] = [];
  const connection: SqliteDatabase = {
    prepare: text => {
      prepared.push(text);
      return { reader: false } as SqliteStatement;
    },
    close: () => {},
  };

  it('prepares each text once, and holds no more than some of them', () => {
    const reusing = reusingStatements(connection);
    const first = reusing.prepare('select 1');
    expect(reusing.prepare('select 1')).toBe(first);
    expect(prepared).toEqual(['select 1']);
    for (let index = 0; index < 64; index += 1) reusing.prepare(`select ${index}, 2`);
    expect(reusing.prepare('select 1')).not.toBe(first);
  });
});
