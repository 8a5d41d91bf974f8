"""The server: HTTP, Socket.IO and the panels' socket in front of the one door. Start at `app` and `live`."""
