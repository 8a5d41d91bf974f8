import { start } from '../ui/start';
import Chair from './Chair.svelte';

start(Chair);
