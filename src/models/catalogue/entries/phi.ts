import { type CatalogueEntry, shape } from '../entry.ts';
import { mit } from '../licences.ts';

export const phiEntries: readonly CatalogueEntry[] = [
  {
    id: 'phi-4',
    title: 'Phi-4 14B',
    family: 'phi-4',
    architecture: 'phi3',
    licence: mit,
    references: ['hf:microsoft/phi-4'],
    modelCard: 'https://huggingface.co/microsoft/phi-4',
    sha256: null,
    contextTokens: 16384,
    shape: shape({
      layers: 40,
      hidden: 5120,
      heads: 40,
      kvHeads: 10,
      headSize: 128,
      ffn: 17920,
      vocabulary: 100352,
      tiedEmbeddings: false,
    }),
  },
  {
    id: 'phi-4-mini-instruct',
    title: 'Phi-4 mini 3.8B Instruct',
    family: 'phi-4-mini',
    architecture: 'phi3',
    licence: mit,
    references: ['hf:microsoft/Phi-4-mini-instruct'],
    modelCard: 'https://huggingface.co/microsoft/Phi-4-mini-instruct',
    sha256: null,
    contextTokens: 131072,
    shape: shape({
      layers: 32,
      hidden: 3072,
      heads: 24,
      kvHeads: 8,
      headSize: 128,
      ffn: 8192,
      vocabulary: 200064,
      tiedEmbeddings: true,
    }),
  },
];
