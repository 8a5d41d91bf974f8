import { start } from '../ui/start';
import Delegate from './Delegate.svelte';

start(Delegate);
