import { start } from '../ui/start';
import Count from './Count.svelte';

start(Count);
