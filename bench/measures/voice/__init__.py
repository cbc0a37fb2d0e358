"""How long a person waits for the answer's first sound: two whole stacks side by side.

Each side has its ears, its agent and its mouth in one Home Assistant, and is spoken to
as a satellite does it: a microphone, a pipeline, a speaker.
"""
