"""Question banks of other programs and of people: read into drafts, written from questions."""
