"""How well labels are found: two sets of snippets, kept apart, and whole documents."""
