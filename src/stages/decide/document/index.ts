export { decisionDocumentData } from './data.ts';
export { decisionPage } from './page.ts';
