"""What story A reads in Russian, sentence by sentence; single words and buttons are those of the program."""

SAID: dict[str, str] = {}
