"""The demo world: invented people, documents written for them, and who shall see what."""
