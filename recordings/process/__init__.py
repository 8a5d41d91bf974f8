"""The recorder's main process: looks after the others, listens to the appliance."""
