/** The page for an address that leads nowhere: its look alone. */
import './page';
