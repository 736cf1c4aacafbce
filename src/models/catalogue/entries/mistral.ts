import { type CatalogueEntry, shape } from '../entry.ts';
import { apache } from '../licences.ts';

export const mistralEntries: readonly CatalogueEntry[] = [
  {
    id: 'mistral-7b-instruct-v0.3',
    title: 'Mistral 7B Instruct v0.3',
    family: 'mistral-v3',
    architecture: 'llama',
    licence: apache,
    references: ['hf:mistralai/Mistral-7B-Instruct-v0.3'],
    modelCard: 'https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.3',
    sha256: null,
    contextTokens: 32768,
    shape: shape({
      layers: 32,
      hidden: 4096,
      heads: 32,
      kvHeads: 8,
      headSize: 128,
      ffn: 14336,
      vocabulary: 32768,
      tiedEmbeddings: false,
    }),
  },
];
