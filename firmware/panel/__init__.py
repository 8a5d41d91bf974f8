"""The panel: three buttons, three lights, one wire. The same files run on a board, in tests, and in the appliance."""
