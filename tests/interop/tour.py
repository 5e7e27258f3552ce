"""A tour over all that /metadata offers: every distinct resource that is emitted."""
