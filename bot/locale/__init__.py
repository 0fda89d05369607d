"""What belongs to a language: names of locales, catalogues of texts, words, formats.

Pure: what is read from files is read once and never changes while the bot runs.
"""
