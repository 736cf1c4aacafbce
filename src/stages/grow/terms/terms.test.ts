import { describe, expect, it } from 'vitest';
import { checkTerms, requireAccepted } from './check-terms.ts';
import { termsTable } from './terms-table.ts';

const local = 'http://127.0.0.1:8000/v1';

describe('terms of a teacher', () => {
  it.each([
    ['https://api.openai.com/v1', 'gpt-4.1', 'restricted', 'openai-services-agreement'],
    ['https://my-team.openai.azure.com/v1', 'prod-deployment', 'restricted', 'openai-services-agreement'],
    ['https://openrouter.ai/api/v1', 'anthropic/claude-sonnet-4', 'restricted', 'claude-models'],
    ['https://generativelanguage.googleapis.com/v1beta', 'gemini-2.5-pro', 'restricted', 'gemini-models'],
    ['https://api.deepseek.com', 'deepseek-reasoner', 'allowed', 'deepseek-weights'],
    [local, 'meta-llama/Llama-2-70b-chat-hf', 'forbidden', 'llama-2-licence'],
    [local, 'meta-llama/Meta-Llama-3-70B-Instruct', 'forbidden', 'llama-3-licence'],
    [local, 'meta-llama/Llama-3.1-70B-Instruct', 'conditions', 'llama-3.1-licence'],
    [local, 'llama3-8b-8192', 'forbidden', 'llama-3-licence'],
    [local, 'deepseek-ai/DeepSeek-R1-Distill-Llama-8B', 'conditions', 'deepseek-distilled-llama'],
    [local, 'llama-3-3-70b', 'conditions', 'llama-3.1-licence'],
    [local, 'Qwen/Qwen2.5-72B-Instruct', 'conditions', 'qwen-licence'],
    [local, 'deepseek-ai/DeepSeek-R1-Distill-Qwen-32B', 'allowed', 'deepseek-weights'],
    [local, 'tencent/Hunyuan-A13B-Instruct', 'forbidden', 'hunyuan-licence'],
    ['https://api.mistral.ai/v1', 'mistral-medium-latest', 'conditions', 'mistral-terms'],
    ['https://api.mistral.ai/v1', 'mistral-large-latest', 'conditions', 'mistral-terms'],
    ['https://api.mistral.ai/v1', 'mistral-large-2411', 'restricted', 'mistral-research-licence'],
    [local, 'mistralai/Mistral-Large-3-675B-Instruct-2512', 'allowed', 'mistral-apache'],
    [local, 'mistralai/Devstral-2-123B-Instruct-2512', 'conditions', 'devstral-modified-mit'],
    [local, 'mistralai/Devstral-Small-2-24B-Instruct-2512', 'allowed', 'mistral-apache'],
    ['https://api.x.ai/v1', 'grok-4', 'forbidden', 'xai-enterprise-terms'],
    ['https://openrouter.ai/api/v1', 'openai/gpt-6-luna', 'restricted', 'openai-models'],
    [local, 'Qwen/Qwen3-32B', 'allowed', 'qwen-apache'],
    [local, 'google/gemma-3-27b-it', 'conditions', 'gemma-terms'],
    [local, 'microsoft/phi-4', 'allowed', 'phi-mit'],
    [local, 'mistralai/Mistral-7B-Instruct-v0.3', 'allowed', 'mistral-apache'],
    [local, 'mistralai/Mistral-Small-Instruct-2409', 'restricted', 'mistral-research-licence'],
    [local, 'mistralai/Ministral-8B-Instruct-2410', 'restricted', 'mistral-research-licence'],
    [local, 'mistralai/Codestral-22B-v0.1', 'restricted', 'mistral-research-licence'],
    [local, 'mistralai/Mamba-Codestral-7B-v0.1', 'allowed', 'mistral-apache'],
    [local, 'mistralai/Ministral-3-8B-Instruct-2512', 'allowed', 'mistral-apache'],
    ['https://api.mistral.ai/v1', 'ministral-8b-2512', 'conditions', 'mistral-apache'],
    ['https://api.mistral.ai/v1', 'mistral-small-latest', 'conditions', 'mistral-apache'],
    [local, 'openai/gpt-oss-120b', 'allowed', 'gpt-oss'],
  ])('of %s, %s: %s', (baseUrl, model, training, id) => {
    const check = checkTerms({ baseUrl, model });
    expect(check.training).toBe(training);
    expect(check.terms.map(terms => terms.id)).toContain(id);
  });

  it('take the stricter of address and weights', () => {
    const check = checkTerms({
      baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1',
      model: 'qwen3-32b',
    });
    expect(check.terms).toHaveLength(2);
    expect(check.training).toBe('restricted');
  });

  it('are unknown for what the table does not have, which is no reason to stop', () => {
    const check = checkTerms({ baseUrl: 'https://models.example.com/v1', model: 'house-model' });
    expect(check).toMatchObject({ training: 'unknown', terms: [] });
    expect(() => requireAccepted(check, false)).not.toThrow();
  });

  it('are not fooled by a host that only ends alike', () => {
    expect(checkTerms({ baseUrl: 'https://notapi.openai.com.evil.example/v1', model: 'x' }).training).toBe(
      'unknown',
    );
  });

  it('stop what they forbid or restrict until they are accepted, with source and date', () => {
    for (const model of ['gpt-4o', 'llama-3-70b']) {
      const check = checkTerms({ baseUrl: local, model });
      expect(() => requireAccepted(check, false)).toThrowError(/as of 20\d\d-\d\d-\d\d.*https:/u);
      expect(() => requireAccepted(check, true)).not.toThrow();
    }
    expect(() => requireAccepted(checkTerms({ baseUrl: local, model: 'llama-3.1-8b' }), false)).not.toThrow();
  });

  it('are said to be not checked where nobody read them at the source', () => {
    for (const { basis, hosts } of termsTable.filter(({ kind }) => kind === 'service')) {
      const { terms } = checkTerms({ baseUrl: `https://${hosts[0]}/v1`, model: 'house-model' });
      expect(terms[0]!.restsOn.includes('not checked at the source')).toBe(basis !== 'text');
      expect(terms[0]!.restsOn).toMatch(/^as of \d{4}-\d{2}-\d{2}, /u);
    }
    const recalled = checkTerms({ baseUrl: local, model: 'olmo-2-13b' }).terms[0]!;
    expect(recalled.restsOn).toContain('from general knowledge, not checked at the source');
  });

  it('have a source, a date and a way to be found, each under its own name', () => {
    expect(new Set(termsTable.map(({ id }) => id)).size).toBe(termsTable.length);
    for (const { url, writtenOn, summary, hosts, models } of termsTable) {
      expect(url).toMatch(/^https:\/\//u);
      expect(writtenOn).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
      expect(summary.length).toBeGreaterThan(20);
      expect(hosts.length > 0).toBe(models === null);
    }
  });
});
