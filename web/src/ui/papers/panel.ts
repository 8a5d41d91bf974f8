/** What stands beside the page: the small pages, the search, one's own notes. */
export type Panel = 'thumbs' | 'search' | 'notes';
