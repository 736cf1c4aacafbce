import { type CatalogueEntry, shape } from '../entry.ts';

const llama32 = {
  name: 'Llama-3.2-Community',
  url: 'https://www.llama.com/llama3_2/license/',
  note: 'Not an open-source licence: name must begin with "Llama", notice required, above 700 million monthly users ask Meta.',
};
const llama31 = {
  name: 'Llama-3.1-Community',
  url: 'https://www.llama.com/llama3_1/license/',
  note: 'Not an open-source licence: name must begin with "Llama", notice required, above 700 million monthly users ask Meta.',
};

export const llama3Entries: readonly CatalogueEntry[] = [
  {
    id: 'llama-3.2-1b-instruct',
    title: 'Llama 3.2 1B Instruct',
    family: 'llama3',
    architecture: 'llama',
    licence: llama32,
    references: ['hf:meta-llama/Llama-3.2-1B-Instruct'],
    modelCard: 'https://huggingface.co/meta-llama/Llama-3.2-1B-Instruct',
    sha256: null,
    contextTokens: 131072,
    shape: shape({
      layers: 16,
      hidden: 2048,
      heads: 32,
      kvHeads: 8,
      headSize: 64,
      ffn: 8192,
      vocabulary: 128256,
      tiedEmbeddings: true,
    }),
  },
  {
    id: 'llama-3.2-3b-instruct',
    title: 'Llama 3.2 3B Instruct',
    family: 'llama3',
    architecture: 'llama',
    licence: llama32,
    references: ['hf:meta-llama/Llama-3.2-3B-Instruct'],
    modelCard: 'https://huggingface.co/meta-llama/Llama-3.2-3B-Instruct',
    sha256: null,
    contextTokens: 131072,
    shape: shape({
      layers: 28,
      hidden: 3072,
      heads: 24,
      kvHeads: 8,
      headSize: 128,
      ffn: 8192,
      vocabulary: 128256,
      tiedEmbeddings: true,
    }),
  },
  {
    id: 'llama-3.1-8b-instruct',
    title: 'Llama 3.1 8B Instruct',
    family: 'llama3',
    architecture: 'llama',
    licence: llama31,
    references: ['hf:meta-llama/Llama-3.1-8B-Instruct'],
    modelCard: 'https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct',
    sha256: null,
    contextTokens: 131072,
    shape: shape({
      layers: 32,
      hidden: 4096,
      heads: 32,
      kvHeads: 8,
      headSize: 128,
      ffn: 14336,
      vocabulary: 128256,
      tiedEmbeddings: false,
    }),
  },
];
