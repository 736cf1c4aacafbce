import { model, type TeacherTerms } from './teacher-terms.ts';

/** Licences of the usual weights, and terms that go with a model: the first entry that fits a name counts. */
export const modelTerms: readonly TeacherTerms[] = [
  model(/deepseek.*distill.*llama/iu, {
    id: 'deepseek-distilled-llama',
    title: 'Llama Community License (base of DeepSeek-R1-Distill-Llama)',
    training: 'conditions',
    summary:
      'The weights are derived from Llama 3.1 and 3.3, whose licence goes with them: a model trained on the output and given to others must have a name that begins with "Llama".',
    url: 'https://github.com/deepseek-ai/DeepSeek-R1#7-license',
    basis: 'text',
  }),
  model(/deepseek/iu, {
    id: 'deepseek-weights',
    title: 'MIT License (DeepSeek R1, V3-0324 and later)',
    training: 'allowed',
    summary:
      'MIT, with distillation welcomed by name. Weights before 2025 have the DeepSeek Model License, which allows it and passes its use restrictions on.',
    url: 'https://github.com/deepseek-ai/DeepSeek-R1/blob/main/LICENSE',
    basis: 'secondary',
  }),
  model(/hunyuan/iu, {
    id: 'hunyuan-licence',
    title: 'Tencent Hunyuan Community License',
    training: 'forbidden',
    summary:
      'Output must not be used to improve any model other than Hunyuan and what derives from it; not licensed in the EU, the UK and South Korea.',
    url: 'https://huggingface.co/tencent',
    basis: 'secondary',
  }),
  model(/llama[-_ ]?2(?![.\d])/iu, {
    id: 'llama-2-licence',
    title: 'Llama 2 Community License',
    training: 'forbidden',
    summary:
      'Output must not be used to improve any language model other than Llama 2 and what derives from it.',
    url: 'https://ai.meta.com/llama/license/',
    writtenOn: '2026-11-28',
    basis: 'text',
  }),
  model(/llama[-_ ]?(3[-_.]?[1-9](?!\d*b)|[4-9](?!\d*b))/iu, {
    id: 'llama-3.1-licence',
    title: 'Llama 3.1 Community License and later',
    training: 'conditions',
    summary:
      'Allowed. A model trained on the output and given to others must have a name that begins with "Llama" and show "Built with Llama".',
    url: 'https://www.llama.com/llama3_1/license/',
    writtenOn: '2026-11-28',
    basis: 'text',
  }),
  model(/llama[-_ ]?3/iu, {
    id: 'llama-3-licence',
    title: 'Llama 3 Community License',
    training: 'forbidden',
    summary:
      'Output must not be used to improve any language model other than Llama 3 and what derives from it.',
    url: 'https://www.llama.com/llama3/license/',
    writtenOn: '2026-11-28',
    basis: 'text',
  }),
  model(/gemma[-_ ]?4/iu, {
    id: 'gemma-4-licence',
    title: 'Apache License 2.0 (Gemma 4)',
    training: 'allowed',
    summary:
      'Apache 2.0 says nothing about output. Check the model card, as earlier versions have other terms.',
    url: 'https://ai.google.dev/gemma/docs',
    basis: 'secondary',
  }),
  model(/gemma/iu, {
    id: 'gemma-terms',
    title: 'Gemma Terms of Use',
    training: 'conditions',
    summary:
      'A model trained on Gemma’s output to perform like it counts as a derivative: the terms and the list of prohibited uses go with it.',
    url: 'https://ai.google.dev/gemma/terms',
    writtenOn: '2026-11-28',
    basis: 'text',
  }),
  model(/qwen[-_ ]?2[-_.]?5[-_ ]?3b|qwen.*(research)/iu, {
    id: 'qwen-research-licence',
    title: 'Qwen Research License',
    training: 'forbidden',
    summary: 'Research only: neither the model nor what is made with it may be used commercially.',
    url: 'https://huggingface.co/Qwen/Qwen2.5-3B-Instruct/blob/main/LICENSE',
    basis: 'secondary',
  }),
  model(/qwen[-_ ]?2([-_.]?5)?[-_ ].*72b/iu, {
    id: 'qwen-licence',
    title: 'Qwen License Agreement',
    training: 'conditions',
    summary:
      'Allowed. Documentation of a model trained on the output and given to others must say "Built with Qwen" or "Improved using Qwen".',
    url: 'https://huggingface.co/Qwen/Qwen2.5-72B-Instruct/blob/main/LICENSE',
    writtenOn: '2026-11-28',
    basis: 'text',
  }),
  model(/qwen[-_ ]?(2|3)|qwq/iu, {
    id: 'qwen-apache',
    title: 'Apache License 2.0 (most Qwen 2, 2.5 and 3 weights)',
    training: 'allowed',
    summary:
      'Apache 2.0 says nothing about output. Read for Qwen 3. Hosted Qwen models without published weights have other terms.',
    url: 'https://github.com/QwenLM/Qwen3#license-agreement',
    basis: 'text',
  }),
  model(/gpt[-_ ]?oss/iu, {
    id: 'gpt-oss',
    title: 'Apache License 2.0 (gpt-oss)',
    training: 'allowed',
    summary: 'Apache 2.0 says nothing about output; a short usage policy asks to keep to the law.',
    url: 'https://developers.openai.com/api/docs/models/gpt-oss-120b',
    basis: 'text',
  }),
  model(/\bphi[-_ ]?[2-9]/iu, {
    id: 'phi-mit',
    title: 'MIT License (Phi)',
    training: 'allowed',
    summary: 'MIT says nothing about output.',
    url: 'https://huggingface.co/microsoft/phi-4',
    basis: 'text',
  }),
  model(/devstral[-_ ](2[-_ ]123b|2512|medium)/iu, {
    id: 'devstral-modified-mit',
    title: 'Modified MIT License (Devstral 2 123B)',
    training: 'conditions',
    summary:
      'MIT, but no right to the weights or what derives from them for a company that takes in more than 20 million dollars a month; such a one needs a licence of Mistral AI.',
    url: 'https://huggingface.co/mistralai/Devstral-2-123B-Instruct-2512/blob/main/LICENSE',
    basis: 'text',
  }),
  model(/mistral[-_ ]medium[-_ ]3[-_.]5/iu, {
    id: 'mistral-medium-modified-mit',
    title: 'Modified MIT License (Mistral Medium 3.5)',
    training: 'conditions',
    summary: 'MIT, but not for companies with a large turnover, which need a licence of Mistral AI.',
    url: 'https://huggingface.co/mistralai',
    basis: 'secondary',
  }),
  model(
    /mistral[-_ ]large(?![-_ ]?(3|4|2512|latest))|mistral[-_ ]small[-_ ](instruct[-_ ])?2409|ministral[-_ ]8b[-_ ](instruct[-_ ])?2410|(?<!mamba[-_ ])codestral(?![-_ ]mamba)|pixtral[-_ ]large/iu,
    {
      id: 'mistral-research-licence',
      title: 'Mistral AI Research License',
      training: 'restricted',
      summary:
        'Weights and what is made with their output are for research; commercial use needs a licence of Mistral AI. Read for Mistral Large 2411.',
      url: 'https://huggingface.co/mistralai/Mistral-Large-Instruct-2411',
      basis: 'text',
    },
  ),
  model(
    /mixtral|mathstral|mistral[-_ ](7b|nemo|small|large[-_ ](3|2512))|devstral|magistral[-_ ]small|pixtral[-_ ]12b|codestral[-_ ]mamba|mamba[-_ ]codestral|ministral[-_ ](3[-_ ]|(3|8|14)b[-_ ](2512|latest))/iu,
    {
      id: 'mistral-apache',
      title: 'Apache License 2.0 (Mistral open weights)',
      training: 'allowed',
      summary: 'Apache 2.0 says nothing about output. Other Mistral weights are for research only.',
      url: 'https://docs.mistral.ai/models',
      basis: 'text',
    },
  ),
  model(/smollm|granite/iu, {
    id: 'smollm-granite-apache',
    title: 'Apache License 2.0 (SmolLM, Granite)',
    training: 'allowed',
    summary: 'Apache 2.0 says nothing about output.',
    url: 'https://huggingface.co/ibm-granite',
    basis: 'text',
  }),
  model(/olmo/iu, {
    id: 'olmo-apache',
    title: 'Apache License 2.0 (OLMo)',
    training: 'allowed',
    summary: 'Apache 2.0 says nothing about output.',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    writtenOn: '2026-11-28',
    basis: 'recalled',
  }),
  model(/\bgpt[-_ ]?[3-9]|\bo[1345](-|$)/iu, {
    id: 'openai-models',
    title: 'OpenAI terms for GPT and o models, wherever they are hosted',
    training: 'restricted',
    summary:
      'Output must not be used to develop models that compete with OpenAI; models of your own that classify or organise data are excepted.',
    url: 'https://openai.com/policies/services-agreement/',
    basis: 'text',
  }),
  model(/claude/iu, {
    id: 'claude-models',
    title: 'Anthropic terms for Claude models, wherever they are hosted',
    training: 'restricted',
    summary: 'Must not be used to train competing models unless Anthropic agrees.',
    url: 'https://www.anthropic.com/legal/commercial-terms',
    basis: 'text',
  }),
  model(/gemini/iu, {
    id: 'gemini-models',
    title: 'Google terms for Gemini models, wherever they are hosted',
    training: 'restricted',
    summary: 'Must not be used to develop models that compete with the service.',
    url: 'https://ai.google.dev/gemini-api/terms',
    writtenOn: '2026-11-28',
    basis: 'text',
  }),
];
