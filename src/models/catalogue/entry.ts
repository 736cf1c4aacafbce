import type { TemplateFamily } from '../templates/family-templates.ts';

/** Figures of a decoder that decide how much memory it takes. */
export interface ModelShape {
  readonly parameters: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Width of one head; not always hidden / heads. */
  readonly headSize: number;
  readonly ffn: number;
  readonly vocabulary: number;
  /** Input and output embeddings are one matrix. */
  readonly tiedEmbeddings: boolean;
}

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  readonly family: TemplateFamily;
  /** As in GGUF `general.architecture`. */
  readonly architecture: string;
  readonly licence: { readonly name: string; readonly url: string; readonly note: string | null };
  /** The first is the default; the others are the same model from elsewhere. */
  readonly references: readonly [string, ...string[]];
  /** Where the figures and the licence are published: its config.json gives the dimensions. */
  readonly modelCard: string;
  /** SHA-256 of the default reference's weights; null: recorded on first use and enforced from then on. */
  readonly sha256: string | null;
  readonly contextTokens: number;
  readonly shape: ModelShape;
}

type Dimensions = Omit<ModelShape, 'parameters'>;

/** Weights follow from the shape: attention, gated feed-forward and embeddings; norms are below 0.1 %. */
export function shape(dimensions: Dimensions): ModelShape {
  const { layers, hidden, heads, kvHeads, headSize, ffn, vocabulary, tiedEmbeddings } = dimensions;
  const attention = hidden * headSize * (2 * heads + 2 * kvHeads);
  const embeddings = vocabulary * hidden * (tiedEmbeddings ? 1 : 2);
  return {
    ...dimensions,
    parameters: layers * (attention + 3 * hidden * ffn + 2 * hidden) + embeddings + hidden,
  };
}
