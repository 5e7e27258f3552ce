"""Resources made from documents: found, judged one by one, read (issue E)."""
