"""What Jarvis understands without any model, in homes whose entities answer services.

Sentences of others are said in their own homes; nothing of them is in the repository.
"""
