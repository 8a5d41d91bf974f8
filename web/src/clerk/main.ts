import { start } from '../ui/start';
import Clerk from './Clerk.svelte';

start(Clerk);
