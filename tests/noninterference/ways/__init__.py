"""Ways of attacks: a first step in both worlds, something hidden, a look at what it made.

Chance alone seldom goes them. ``going.py`` chooses one; the rest tell what the step is, for
whoever reads, for a professional, for the person, for a relative.
"""
