"""What the appliance does, in terms of ports: no Flask, no SQL, no hardware. Start at `door` and `chamber`."""
