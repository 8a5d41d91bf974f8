"""The recorder: camera, encoder, archive, live stream. A process of its own; it never imports the appliance."""
