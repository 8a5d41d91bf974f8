import words from 'words:delegate';

import { start } from '../ui/start';
import Delegate from './Delegate.svelte';

void start(Delegate, words);
