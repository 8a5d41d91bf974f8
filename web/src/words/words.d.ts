/** The sentences of one place, made by `vite.words.ts`. */
declare module 'words:*' {
  const words: Record<'vi' | 'en', () => Promise<Record<string, object>>>;
  export default words;
}
