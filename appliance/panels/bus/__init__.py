"""The panel bus, its master's end: RS-485 behind a USB dongle, or one panel's own USB. Frames: `firmware.panel.frame`.

| module         | what                                                                     |
|----------------|--------------------------------------------------------------------------|
| `reader`       | bytes into frames                                                        |
| `session`      | one panel as the master sees it                                          |
| `schedule`     | whom to ask next                                                         |
| `exchange`     | one question, and what comes back for it                                 |
| `joining`      | a new panel gets its address and its key; an old one forgets them        |
| `port`         | the dongle, found again after it was unplugged                           |
| `master`       | one thread a dongle, which does all of the above                         |
| `pairing_file` | which panels belong to this hall, and at which seats they are            |
| `fixtures`     | all of it as panels at seats, beside those on GPIO pins                  |
| `orders`       | what the technician asks for: pair, take, seat, forget, locate, test     |
| `arithmetic`   | how long a round takes at a baud rate, by reckoning alone                |
"""
