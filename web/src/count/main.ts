import words from 'words:count';

import { start } from '../ui/start';
import Count from './Count.svelte';

void start(Count, words);
