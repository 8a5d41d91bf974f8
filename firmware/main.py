"""What the board runs when it is switched on. With the service pin on ground it runs nothing: see README.md."""

from firmware.panel.board import Board, in_service

if __name__ == "__main__" and not in_service():
    Board().run()
