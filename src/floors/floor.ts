/** A system without a language model: fitted on the train split, it answers from the text of the input. */
export interface Floor {
  /** `majority`, `tfidf-nearest`, `tfidf-linear`, `token-lookup`. */
  readonly id: string;
  readonly title: string;
  answer(text: string): string;
}
