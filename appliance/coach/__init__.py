"""Numbers and words become advice."""
