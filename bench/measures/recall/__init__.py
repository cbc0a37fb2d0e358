"""How much of what answers a question is recalled, from conversations of others.

The conversations and their vectors are read from files; nothing of them is in the
repository.
"""
