"""An utterance as text: words, numbers, templates, courtesies, mishearings."""
