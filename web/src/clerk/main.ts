import words from 'words:clerk';

import { start } from '../ui/start';
import Clerk from './Clerk.svelte';

void start(Clerk, words);
